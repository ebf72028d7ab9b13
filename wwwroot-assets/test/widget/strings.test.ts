import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLocale, fill, languages, stringsFor } from "../../src/widget/strings.ts";

const places = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join();

test("Every language says everything, with the same places to fill", () => {
  const english = Object.entries(languages["en"]!);
  assert.deepEqual(Object.keys(languages), ["en", "es", "pt", "de", "ar"]);
  for (const [language, strings] of Object.entries(languages)) {
    assert.deepEqual(Object.keys(strings).sort(), english.map(([key]) => key).sort(), language);
    for (const [key, text] of english) {
      const said = strings[key as keyof typeof strings];
      assert.ok(said.trim().length > 0, `${language} ${key}`);
      assert.equal(places(said), places(text), `${language} ${key}`);
    }
  }
});

test("The first wish that can be met is met", () => {
  assert.equal(chooseLocale(null, ["pt-BR", "en"]), "pt-BR");
  assert.equal(chooseLocale("fr", ["de_AT", "en"]), "de-AT");
  assert.equal(chooseLocale("", ["constructor", "es-", "!"]), "en");
  assert.equal(stringsFor("AR-EG").send, "إرسال");
});

test("The tenant's languages go before wishes that it does not speak, and the page's demand before both", () => {
  assert.equal(chooseLocale(null, ["en-US", "de-AT"], ["de", "pt-BR"]), "de-AT");
  assert.equal(chooseLocale(null, ["en-US"], ["fr", "pt-BR"]), "pt-BR");
  assert.equal(chooseLocale("es", ["en-US"], ["de"]), "es");
  assert.equal(chooseLocale(null, ["en-US"], ["fr"]), "en");
});

test("What fills a place is not filled again", () => {
  assert.equal(fill("{name} is {n}", { name: "{n}", n: 2 }), "{n} is 2");
});
