package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.MALFORMED;
import static org.beammedallion.quality.deadletter.Reason.MISSING_REQUIRED;
import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.json.JsonRecords.decode;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields from inside objects of a record. */
class JsonPathsTest {

  private static final RecordSchema QUAKE =
      RecordSchema.of(
          new Field("id", "id", FieldType.STRING, true),
          new Field("mag", "$.properties.mag", FieldType.DOUBLE, true),
          new Field("lat", "$.geometry.at.lat", FieldType.DOUBLE, false),
          new Field("place", "$.properties['the place']", FieldType.STRING, false));

  @Test
  void findsFieldsInAnyOrderAndDepth() {
    assertThat(
        row(
            QUAKE,
            "{\"geometry\":{\"at\":{\"lon\":1,\"lat\":2.5}},\"properties\":{\"the place\":\"x\",\"mag\":1},\"id\":\"a\"}"),
        is(Map.of("id", "a", "mag", 1.0, "lat", 2.5, "place", "x")));
  }

  @Test
  void findsNamesThatAreWrittenWithEscapes() {
    assertThat(
        row(QUAKE, "{\"id\":\"a\",\"pr\\u006fperties\":{\"m\\u0061g\":1}}").get("mag"), is(1.0));
  }

  @Test
  void anObjectThatIsAbsentNullOrEmptyHasNoFields() {
    for (String geometry : new String[] {"", ",\"geometry\":null", ",\"geometry\":{}"}) {
      String record = "{\"id\":\"a\",\"properties\":{\"mag\":1}" + geometry + "}";
      assertThat(row(QUAKE, record).get("lat"), is(nullValue()));
    }
  }

  @Test
  void aRequiredFieldInAnAbsentObjectIsMissing() {
    for (String record : new String[] {"{\"id\":\"a\"}", "{\"id\":\"a\",\"properties\":null}"}) {
      DeadLetter letter = reject(QUAKE, record);
      assertThat(letter.reason(), is(MISSING_REQUIRED));
      assertThat(
          letter.detail(),
          is("Field 'mag' ('$.properties.mag' in the source) is required, but it is absent."));
    }
  }

  @Test
  void whatIsNoObjectHoldsNoFields() {
    DeadLetter letter = reject(QUAKE, "{\"id\":\"a\",\"properties\":[1],\"geometry\":{\"at\":7}}");
    assertThat(letter.reason(), is(TYPE_MISMATCH));
    assertThat(
        letter.detail(),
        is(
            "Field 'mag' ('$.properties.mag' in the source): expected an object as 'properties', found [1]."
                + " Field 'lat' ('$.geometry.at.lat' in the source): expected an object as 'geometry.at', found 7."));
    assertThat(
        reject(QUAKE, "{\"id\":\"a\",\"properties\":{\"mag\":1},\"geometry\":{\"at\":7}}").detail(),
        containsString("expected an object as 'geometry.at', found 7"));
  }

  @Test
  void anObjectThatStandsTwiceIsMalformed() {
    DeadLetter letter =
        reject(QUAKE, "{\"id\":\"a\",\"properties\":{\"mag\":1},\"properties\":{\"mag\":2}}");
    assertThat(letter.reason(), is(MALFORMED));
    assertThat(letter.detail(), containsString("duplicate key: 'properties' appears twice"));
    assertThat(
        reject(QUAKE, "{\"id\":\"a\",\"properties\":{\"mag\":1,\"mag\":2}}").detail(),
        containsString("duplicate key: Field 'mag'"));
  }

  @Test
  void countsWhatIsLeftOutByItsPath() {
    assertThat(
        decode(
                QUAKE,
                "{\"id\":\"a\",\"x\":1,\"properties\":{\"mag\":1,\"tz\":2},\"geometry\":{\"at\":{\"lon\":3},\"type\":4}}")
            .unknown()
            .byName(),
        is(Map.of("x", 1L, "properties.tz", 1L, "geometry.at.lon", 1L, "geometry.type", 1L)));
  }

  @Test
  void aNameThatLooksLikeAPathIsWrittenInBrackets() {
    RecordSchema schema = RecordSchema.of(new Field("v", "$['$.v']", FieldType.LONG, true));
    assertThat(row(schema, "{\"$.v\":1}"), is(Map.of("v", 1L)));
  }

  @Test
  void takesNoFieldTwice() {
    RecordSchema both =
        RecordSchema.of(
            new Field("all", "properties", FieldType.JSON_OBJECT, false),
            new Field("mag", "$.properties.mag", FieldType.DOUBLE, false));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> JsonDecoder.of(both, RowCheck.NONE))
            .getMessage(),
        containsString("takes the object as a whole"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$.a[0]", "$.a[*]", "$..a", "$.a.*", "$.a['b", "$.", "$.a.", "$['a']b"})
  void refusesPathsOfSeveralValues(String path) {
    RecordSchema schema = RecordSchema.of(new Field("v", path, FieldType.LONG, true));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> JsonDecoder.of(schema, RowCheck.NONE))
            .getMessage(),
        containsString("'" + path + "' is no path to a field of a JSON record"));
  }
}
