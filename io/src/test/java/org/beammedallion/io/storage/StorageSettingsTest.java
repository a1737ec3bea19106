package org.beammedallion.io.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageSettingsTest {

  private static StorageSettings of(String scope, String name, String value) {
    return new StorageSettings(Map.of(scope, Map.of(name, value)));
  }

  private static String told(String uri) {
    return Storage.of(uri).canonical(uri);
  }

  @Test
  void theNarrowerScopeCountsForEachOption() {
    new StorageSettings(
            Map.of(
                "talk", Map.of("key", "all", "partBytes", "7"),
                "talk://one", Map.of("key", "of one", "timeout", "PT2M"),
                "talk://account", Map.of("signed", "true"),
                "talk://box@account", Map.of("key", "of the box")))
        .install();
    assertThat(told("talk://two/x"), is("two all 8 false 0"));
    assertThat(told("talk://one/x/y"), is("one of one 8 false 120"));
    assertThat(told("talk://one"), is("one of one 8 false 120"));
    assertThat(told("TALK://one/x"), is("one of one 8 false 120"));
    assertThat(told("talk://box@account/x"), is("box@account of the box 8 true 0"));
    assertThat(told("talk:/x"), is(" all 8 false 0"));
    assertThat("of another scheme", told("talks://one/x"), is("one - 0 false 0"));
  }

  @Test
  void whatOthersSayOfOtherBucketsStays() {
    of("talks://first", "key", "1").install();
    Storage before = Storage.of("talks://first/x");
    of("talks://first", "key", "1").install();
    assertThat("made once", Storage.of("talks://first/y"), is(sameInstance(before)));
    of("talks://second", "key", "2").install();
    assertThat("not made again", Storage.of("talks://first/y"), is(sameInstance(before)));
    of("talks://first", "timeout", "PT1S").install();
    assertThat("what was said before stays", told("talks://first/x"), is("first 1 0 false 1"));
    of("talks://first", "timeout", "PT0S").install();
    assertThat(told("talks://first/x"), is("first 1 0 false 0"));
    assertThat(told("talks://second/x"), is("second 2 0 false 0"));
    of("talks://first", "key", "3").install();
    assertThat(told("talks://first/x"), is("first 3 0 false 0"));
  }

  @Test
  void aSecretIsLookedUpWhereItIsUsedAndInNoText(@TempDir Path folder) throws IOException {
    Path secret = folder.resolve("key");
    StorageSettings settings = of("talks://secret", "key", "${file:" + secret + "}");
    settings.install();
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> told("talks://secret/x"));
    assertThat(missing.getMessage(), containsString("cannot be read"));
    Files.writeString(secret, "swordfish\n");
    assertThat(told("talks://secret/x"), is("secret swordfish 0 false 0"));
    assertThat(of("talks", "key", "swordfish").toString(), is(not(containsString("swordfish"))));
    assertThat(
        new StorageOptions(Map.of("key", "swordfish")).toString(),
        is(not(containsString("swordfish"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          talk          | kay       | x     | did you mean 'key'
          talk://b      | region    | x     | It has key, partBytes, signed, timeout.
          talk          | partBytes | many  | 'partBytes' takes a whole number
          talk          | signed    | yes   | 'signed' takes true or false
          talk          | timeout   | 30s   | 'timeout' takes a duration such as PT30S
          talk          | key       | ${env:NOT_THERE_AT_ALL} | NOT_THERE_AT_ALL
          file          | key       | x     | It has none.
          walk          | key       | x     | the scheme 'walk' is not among
          talk://b/path | key       | x     | is neither
          """)
  void whatNoStorageKnowsIsRefused(String scope, String name, String value, String words) {
    StorageSettings settings = of(scope, name, value);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, settings::check);
    assertThat(refused.getMessage(), containsString(words));
  }

  @Test
  void anOptionWithoutAValueIsRefused() {
    Map<String, String> options = new HashMap<>();
    options.put("key", null);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> new StorageSettings(Map.of("talk", options)));
    assertThat(refused.getMessage(), containsString("'talk' have no value"));
  }

  @Test
  void whatAStorageKnowsIsAccepted() {
    assertDoesNotThrow(
        () -> {
          of("talk", "timeout", "PT30S").check();
          of("talk://box@account", "signed", "false").check();
          StorageSettings.NONE.check();
        });
  }
}
