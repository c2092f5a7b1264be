/* Says that a form which takes its time was sent, and that it still goes on.
 *
 *   <form data-module="sdi-wait"> … <p data-sdi-said role="status"></p> </form>
 *
 * The button is not pressed a second time meanwhile.
 */
this.ckan.module("sdi-wait", function ($) {
  return {
    initialize: function () {
      $.proxyAll(this, /_on/);
      this.said = this.el.find("[data-sdi-said]");
      this.el.on("submit", this._onSubmit);
      /* Who comes back by the browser's button finds the form as it was. */
      window.addEventListener("pageshow", this._onShow);
    },

    _onSubmit: function () {
      var said = this.said;
      var sentences = [
        [0, this._("Sent. Please wait: the answer comes on this page.")],
        [5000, this._("This takes a while: the larger the file, the longer. Leave this page open.")],
        [20000, this._("It still goes on. A list of many thousand items takes up to a minute.")]
      ];
      this.el.find("button[type=submit]").prop("disabled", true);
      this.timers = sentences.map(function (sentence) {
        return window.setTimeout(function () { said.text(sentence[1]); }, sentence[0]);
      });
    },

    _onShow: function () {
      (this.timers || []).forEach(window.clearTimeout);
      this.el.find("button[type=submit]").prop("disabled", false);
      this.said.text("");
    }
  };
});
