"""The names of metadata fields as people see them: the labels of the dataset's form."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_

LABELS = {
    "daftar_data_item": N_("Daftar Data item"),
    "title": N_("Title"),
    "notes": N_("Description"),
    "owner_org": N_("Data producer"),
    "kategori": N_("Category"),
    "prioritas_tahun": N_("Priority data in the years"),
    "jenis_data": N_("Kind of data"),
    "konsep": N_("Concept"),
    "definisi": N_("Definition"),
    "klasifikasi": N_("Classification"),
    "ukuran": N_("Measure"),
    "satuan": N_("Unit"),
    "kode_sds": N_("Data standard code"),
    "kode_metadata": N_("Metadata code"),
    "cakupan_wilayah": N_("Areas covered"),
    "tingkat_penyajian": N_("Level of presentation"),
    "periode_awal": N_("Period from"),
    "periode_akhir": N_("Period to"),
    "jadwal_pemutakhiran": N_("Update schedule"),
    "metode_pengumpulan": N_("Way of collecting"),
    "sumber": N_("Source of the data"),
    "penanggung_jawab": N_("Office in charge"),
    "klasifikasi_risiko": N_("Access class"),
}
# Of what is not in that form: CKAN's own fields, and those of a resource.
OTHER_LABELS = {
    "tags": N_("Tags"),
    "name": N_("Name"),
    "description": N_("Description"),
}
