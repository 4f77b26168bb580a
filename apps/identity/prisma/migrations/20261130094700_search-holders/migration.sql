-- A name as it is looked for: lower-case letters and digits alone, without diacritics, the letters that Unicode does not
-- decompose written as libs/primitives writes them. Blanks, apostrophes and hyphens are left out: D'Angelo is dangelo.
CREATE FUNCTION name_form(name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT regexp_replace(
    replace(replace(replace(replace(
      translate(lower(normalize(name, NFKD)),
        'øđłıðħŧŋĸəǝɛɔɓɖɗƒɠɣǥɦɨɩƙƚɲɵƥɍƭʈʉʊʋƴɏƶʒ',
        'odlidhtnkeeeobddfggghiiklnoprttuuvyyzz'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '[^[:alnum:]]|[\u0300-\u036f]', '', 'g')
$$;

-- Surname first and first name first: a search by prefix reads one range of each, in order.
CREATE INDEX "holder_surname_first" ON "holder" ((name_form(cognome || nome) COLLATE "C"), id);
CREATE INDEX "holder_name_first" ON "holder" ((name_form(nome || cognome) COLLATE "C"), id);
