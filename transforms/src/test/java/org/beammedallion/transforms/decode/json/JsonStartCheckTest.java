package org.beammedallion.transforms.decode.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStartCheckTest {

  private static final FileCheck CHECK =
      SerializableUtils.clone(
          JsonStartCheck.of(RecordSchema.of(Field.optional("id", FieldType.INT))));

  private static String refusal(String record) {
    return assertThrows(RefusedFileException.class, () -> CHECK.check(record.getBytes(UTF_8)))
        .why();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"items\":[{}]}",
        "{\"items\":[{}],\"id\":1}",
        "{\"\\u0069d\":1}",
        "{}",
        "{\"a\\\"}",
        "{\"a\":",
        "{\"a\"",
        "{\"",
        "{",
        "",
        "[{\"a\":[{}]}]",
        "\"{\"",
        "}{"
      })
  void acceptsWhatMayBeARecord(String record) throws RefusedFileException {
    assertThat(CHECK.check(record.getBytes(UTF_8)), nullValue());
  }

  @Test
  void refusesAnObjectAroundTheRecords() {
    assertThat(
        refusal("\uFEFF{ \"n\" : 2, \"t\": \"}\\\"\", \"items\" : [ {\"id\":1} ], \"z\":[{}] }"),
        allOf(
            containsString("('n', 't', 'items', 'z')"),
            containsString("'items' is an array of objects"),
            containsString("'json: {path: items}'")));
    assertThat(
        refusal("{\"meta\":{\"a\":[1]},\"data\":{\"page\":{\"rows\":[{\"id\":1},"),
        containsString("'json: {path: data.page.rows}'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"other\":1}",
        "{\"ID\":1,\"Name\":\"a\"}",
        "{\"items\":[1,2],\"x\":[]}",
        "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[{}]}}}}}"
      })
  void refusesAnObjectThatWouldBeARowOfNulls(String record) {
    assertThat(
        refusal(record),
        allOf(
            containsString("that has none of the contract's fields"),
            containsString("the contract has 'id'"),
            containsString("'physicalName'"),
            containsString("'json: {layout: lines}'")));
  }

  @Test
  void namesNoPathIntoTheElementsOfAnArray() {
    String record = "{\"rows\":[{\"id\":1}]}";
    String why =
        assertThrows(
                RefusedFileException.class, () -> CHECK.forElements().check(record.getBytes(UTF_8)))
            .why();
    assertThat(why, allOf(containsString("('rows')"), not(containsString("path"))));
  }
}
