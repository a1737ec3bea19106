package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowConditionTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("position", FieldType.LONG),
          Field.optional("date", FieldType.DATE),
          Field.optional("time", FieldType.TIMESTAMP),
          Field.optional("größe", FieldType.DOUBLE),
          Field.optional("or", FieldType.LONG),
          Field.optional("text", FieldType.STRING),
          Field.optional(
              "place",
              new FieldType.ObjectType(RecordSchema.of(Field.optional("zip", FieldType.STRING)))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "position > 3 | `position` > 3",
        "text = 'position > 3' AND position=3 | `text` = 'position > 3' AND `position`=3",
        "date < DATE '2026-11-05' | `date` < DATE '2026-11-05'",
        "date<date '2026-11-05' | `date`<date '2026-11-05'",
        "größe > 1E3 or `or` = 1 | `größe` > 1E3 or `or` = 1",
        "text = 'it''s time' AND time IS NULL | `text` = 'it''s time' AND `time` IS NULL",
        "positions = 1 | positions = 1",
        "text = 'open | `text` = 'open"
      })
  void quotesNamesThatAreColumns(String condition, String quoted) {
    assertThat(ColumnQuotes.add(condition, SCHEMA.names()), is(quoted));
  }

  @Test
  void knowsItsColumns() {
    RowCondition condition =
        RowCondition.parse("position > 3 AND (text = 'a' OR `or` = 1)", SCHEMA);
    assertThat(condition.columns(), is(Set.of("position", "text", "or")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "posision = 1 | There is no column 'posision'; did you mean 'position'? The columns are position, date",
        "place.zip = '1' | 'place.zip' lies inside the column 'place', which cannot be compared.",
        "position = 1 AND (text = 'a' OR UPPER(text) = 'A') | 'UPPER(text) = 'A'' cannot be evaluated.",
        "time > '2026-11-05' | 'time > '2026-11-05'' cannot be evaluated. A condition",
        "position | 'position' cannot be evaluated.",
        "position = 1) OR (text = 'a' | this closing parenthesis has no opening one.",
        "position = 1 GROUP BY text | 'GROUP' is not expected here."
      })
  void saysWhatIsWrong(String condition, String words) {
    InvalidQueryException invalid =
        assertThrows(InvalidQueryException.class, () -> RowCondition.parse(condition, SCHEMA));
    assertThat(invalid.reason(), containsString(words));
  }

  @Test
  void readsRowsOfSomeOfTheColumns() {
    RowCondition condition = RowCondition.parse("text = 'a'", SCHEMA);
    RecordSchema some = new RecordSchema(List.of(SCHEMA.field("text")));
    assertThat(
        condition.compile(some) instanceof RowPredicate.TextComparison comparison
            && comparison.field() == 0,
        is(true));
  }
}
