/* Gives the box that CKAN's autocomplete puts in a field's place the name of the field's label.
 *
 * Without it a screen reader meets a box without a name. Stands after `autocomplete`:
 *
 *   <input id="field-tags" data-module="autocomplete sdi-field-name">
 */
this.ckan.module("sdi-field-name", function ($) {
  return {
    initialize: function () {
      var label = $('label[for="' + this.el.attr("id") + '"]');
      // The mark of a required field is no part of its name.
      var name = label.clone().children().remove().end().text().trim();
      var box = this.el.next(".select2-container");
      if (!name || !box.length) {
        return;
      }
      box.find('[role="combobox"], .select2-search__field').attr("aria-label", name);
      // A textarea may not have the role that the library gives it.
      box.find("textarea.select2-search__field").removeAttr("role");
    }
  };
});
