/* Finds areas as one types: part of a name or of a code.
 *
 * Around a text field that takes codes (with commas or lines between them if there may be several);
 * the field stays what is sent, so that the form works without scripts too.
 *
 *   <div data-module="sdi-kode-wilayah" data-module-multiple="true" data-module-level="kab_kota"
 *        data-module-labels='{"64.72": "Kota Samarinda, Kalimantan Timur (64.72)"}'>
 *     <textarea name="cakupan_wilayah"></textarea>
 *   </div>
 *
 * With `go` an answer that is chosen is opened as a page instead: a search box.
 */
this.ckan.module("sdi-kode-wilayah", function ($) {
  "use strict";

  var WAIT = 150;
  var MOST = 12;
  var CODES = /^[\d.\s,;]*\d[\d.\s,;]*$/;

  return {
    options: { multiple: false, level: "", system: "kode_wilayah", labels: {}, go: "" },

    initialize: function () {
      $.proxyAll(this, /_on/);
      this.field = this.el.find("textarea, input").first();
      this.id = this.field.attr("id") || "sdi-area";
      this.labels = Object.assign({}, this.options.labels);
      this.answers = [];
      this.active = -1;
      this.asked = 0;
      this._build();
      this._draw();
    },

    teardown: function () {
      clearTimeout(this.timer);
    },

    _build: function () {
      if (this.options.go) {
        this.input = this.field;
      } else {
        this.input = $('<input type="text" class="form-control" autocomplete="off">');
        this.input.attr("id", this.id + "-search");
        // The label leads to the box that is seen; the field itself is only sent.
        $('label[for="' + this.id + '"]').attr("for", this.id + "-search");
        this.input.attr("aria-describedby", this.field.attr("aria-describedby") || null);
        if (this.field.closest(".error, .has-error").length) {
          this.input.attr("aria-invalid", "true");
        }
        this.field.prop("required", false).attr("hidden", true);
        this.chosen = $('<ul class="sdi-area-chosen"></ul>').attr("aria-label", this._("Chosen areas"));
        this.field.before(this.chosen);
        this.input.attr("placeholder", this._("Type part of a name or a code"));
      }
      this.list = $('<ul class="sdi-area-list" role="listbox" hidden></ul>')
        .attr({ id: this.id + "-list", "aria-label": this._("Areas found") });
      this.status = $('<p class="visually-hidden" role="status"></p>');
      this.input.attr({
        role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
        "aria-controls": this.id + "-list", autocomplete: "off", spellcheck: "false"
      });
      var box = $('<div class="sdi-area-box"></div>');
      this.field.after(box);
      box.append(this.input, this.list, this.status);
      this.input.on("input", this._onInput).on("keydown", this._onKey).on("blur", this._onBlur);
      // Before the box loses the focus, or the list would be gone at the click.
      this.list.on("mousedown", "li", this._onPick);
      if (this.chosen) {
        this.chosen.on("click", "button", this._onRemove);
        this.input.closest("form").on("submit", this._onSubmit);
      }
    },

    /* The codes that are in the field. */
    _codes: function () {
      return this.field.val().split(/[,;\s]+/).filter(Boolean);
    },

    _set: function (codes) {
      this.field.val(codes.join("\n")).trigger("change");
      this._draw();
    },

    _add: function (codes) {
      var have = this.options.multiple ? this._codes() : [];
      codes.forEach(function (code) {
        if (have.indexOf(code) === -1) { have.push(code); }
      });
      this._set(this.options.multiple ? have : have.slice(-1));
    },

    _draw: function () {
      if (!this.chosen) { return; }
      var module = this;
      this.chosen.empty();
      this._codes().forEach(function (code) {
        var label = module.labels[code] || code;
        var button = $('<button type="button" class="btn btn-sm btn-outline-secondary">×</button>')
          .attr({ "data-code": code, "aria-label": module._("Take away %(area)s", { area: label }) });
        module.chosen.append($("<li>").append($("<span>").text(label), " ", button));
      });
      this.chosen.prop("hidden", !this.chosen.children().length);
    },

    _onInput: function () {
      clearTimeout(this.timer);
      var text = this.input.val().trim();
      if (!text) { this._close(); return; }
      this.timer = setTimeout(this._ask.bind(this, text), WAIT);
    },

    _ask: function (text) {
      var module = this;
      var number = ++this.asked;
      var query = new URLSearchParams({ system: this.options.system, q: text, limit: MOST });
      if (this.options.level) { query.set("level", this.options.level); }
      var address = this.sandbox.client.url("/api/3/action/sdi_code_search?" + query);
      fetch(address, { headers: { Accept: "application/json" } })
        .then(function (response) { return response.json(); })
        .then(function (answer) {
          // An answer to what was typed before is late and of no use.
          if (number === module.asked && answer.success) { module._show(answer.result); }
        })
        .catch(function () {
          module.status.text(module._("The search cannot be reached. Codes can still be typed."));
        });
    },

    _show: function (result) {
      var module = this;
      this.answers = result.results;
      this.list.empty();
      this.answers.forEach(function (area, number) {
        var item = $('<li role="option" aria-selected="false"></li>')
          .attr("id", module.id + "-option-" + number)
          .append($("<span>").text(area.label), " ", $('<span class="sdi-code">').text(area.code));
        if (area.valid_to) {
          item.append(" ", $("<em>").text(module._("no longer in force")));
        }
        module.list.append(item);
      });
      if (!this.answers.length) {
        this.list.append($('<li class="sdi-area-none" role="option" aria-disabled="true"></li>')
          .text(this._("Nothing found. Use fewer letters.")));
      }
      this.active = -1;
      this.list.prop("hidden", false);
      this.input.attr("aria-expanded", "true").removeAttr("aria-activedescendant");
      this.status.text(this._("%(count)s found", { count: result.count }));
    },

    _close: function () {
      this.asked++;
      this.answers = [];
      this.active = -1;
      this.list.prop("hidden", true).empty();
      this.input.attr("aria-expanded", "false").removeAttr("aria-activedescendant");
    },

    _move: function (step) {
      var count = this.answers.length;
      if (!count) { return; }
      this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
      var items = this.list.children().attr("aria-selected", "false");
      var item = items.eq(this.active).attr("aria-selected", "true");
      this.input.attr("aria-activedescendant", item.attr("id"));
      item[0].scrollIntoView({ block: "nearest" });
    },

    _take: function (number) {
      var area = this.answers[number];
      if (!area) { return; }
      if (this.options.go) {
        window.location = this.options.go + "/" + encodeURIComponent(area.code);
        return;
      }
      this.labels[area.code] = area.label + " (" + area.code + ")";
      this.input.val("");
      this._add([area.code]);
      this._close();
      this.status.text(this._("%(area)s chosen", { area: area.label }));
    },

    _onKey: function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this._move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape") {
        this._close();
      } else if (event.key === "Enter") {
        this._enter(event);
      } else if (event.key === "Backspace" && this.options.multiple && !this.input.val()) {
        this._set(this._codes().slice(0, -1));
      }
    },

    _enter: function (event) {
      if (this.active >= 0) {
        event.preventDefault();
        this._take(this.active);
      } else if (!this.options.go && this.input.val().trim()) {
        event.preventDefault();
        if (!this._takeTyped() && this.answers.length) { this._take(0); }
      }
    },

    /* Codes that were typed or pasted in full go into the field as they are. */
    _takeTyped: function () {
      var text = this.input.val().trim();
      if (!CODES.test(text)) { return false; }
      this.input.val("");
      this._add(text.split(/[,;\s]+/).filter(Boolean));
      this._close();
      return true;
    },

    _onPick: function (event) {
      event.preventDefault();
      this._take($(event.currentTarget).index());
    },

    _onRemove: function (event) {
      var code = $(event.currentTarget).attr("data-code");
      this._set(this._codes().filter(function (other) { return other !== code; }));
      this.input.trigger("focus");
    },

    _onBlur: function () {
      this._close();
    },

    /* What is left in the box is not lost: the server says what is wrong with it. */
    _onSubmit: function () {
      if (this.input.val().trim() && !this._takeTyped()) {
        this._add([this.input.val().trim()]);
      }
    }
  };
});
