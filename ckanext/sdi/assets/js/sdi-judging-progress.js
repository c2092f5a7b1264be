/* Shows how many datasets are judged by a list that was agreed to, until all of them are.
 *
 *   <section data-module="sdi-judging-progress" data-module-url="…/sdi_daftar_data_edition_list?id=…">
 *
 * Holds a <progress> and an element with data-sdi-said.
 */
this.ckan.module("sdi-judging-progress", function ($) {
  var PAUSE = 1500;

  return {
    options: { url: null },

    initialize: function () {
      $.proxyAll(this, /_on/, "_ask");
      this.bar = this.el.find("progress");
      this.said = this.el.find("[data-sdi-said]");
      window.setTimeout(this._ask, PAUSE);
    },

    _ask: function () {
      $.ajax({ url: this.options.url, cache: false, dataType: "json" }).then(this._onAnswer, this._onSilence);
    },

    _onAnswer: function (answer) {
      var judged = answer.result.results[0].judged;
      if (!judged) {
        this.bar.val(this.bar.attr("max"));
        this.said.text(this._("Every dataset is judged by this list."));
        return;
      }
      this.bar.attr("max", judged.of).val(judged.done);
      this.said.text(this._("%(done)s of %(of)s datasets so far.", judged));
      window.setTimeout(this._ask, PAUSE);
    },

    /* The portal may be restarting: the worker goes on meanwhile. */
    _onSilence: function () {
      window.setTimeout(this._ask, 4 * PAUSE);
    }
  };
});
