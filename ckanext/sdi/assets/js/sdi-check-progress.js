/* Shows how far a check is, and loads the page anew when it is over.
 *
 *   <section data-module="sdi-check-progress" data-module-url="…/sdi_resource_check_show?id=…">
 *
 * Holds a <progress> and an element with data-sdi-said.
 */
this.ckan.module("sdi-check-progress", function ($) {
  var PAUSE = 1500;

  return {
    options: { url: null },

    initialize: function () {
      $.proxyAll(this, /_on/, "_ask");
      this.bar = this.el.find("progress");
      this.said = this.el.find("[data-sdi-said]");
      this.begun = Date.now();
      this.lastSaid = "";
      window.setTimeout(this._ask, PAUSE);
    },

    _ask: function () {
      $.ajax({ url: this.options.url, cache: false, dataType: "json" }).then(this._onAnswer, this._onSilence);
    },

    _onAnswer: function (answer) {
      var check = answer.result;
      if ((check.state !== "waiting" && check.state !== "running") || check.stalled) {
        window.location.reload();
        return;
      }
      this.bar.val(Math.round(check.share * 100));
      this._say(this._sentence(check));
      window.setTimeout(this._ask, PAUSE);
    },

    /* The portal may be restarting: the check goes on meanwhile. */
    _onSilence: function () {
      this._say(this._("The portal does not answer at the moment. This page tries again."));
      window.setTimeout(this._ask, 4 * PAUSE);
    },

    _sentence: function (check) {
      var seconds = (Date.now() - this.begun) / 1000;
      if (check.state === "waiting") {
        return seconds < 20
          ? this._("It waits for its turn.")
          : this._("It still waits for its turn: other files are being checked before it.");
      }
      return this.ngettext(
        "%(num)d row looked at so far.",
        "%(num)d rows looked at so far.",
        check.rows_done,
        { num: check.rows_done }
      );
    },

    /* Said once, so that a screen reader does not repeat it. */
    _say: function (sentence) {
      if (sentence !== this.lastSaid) {
        this.said.text(sentence);
        this.lastSaid = sentence;
      }
    }
  };
});
