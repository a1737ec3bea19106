package org.beammedallion.io.table;

import static org.beammedallion.io.table.SchemaDifferences.between;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.beammedallion.io.table.SchemaChange.Kind;
import org.beammedallion.io.table.TableEvolution.Difference;
import org.beammedallion.quality.pipeline.SchemaPolicy;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDifferencesTest {

  private static List<String> changes(RecordSchema contract, RecordSchema table) {
    return between(contract, TableColumn.of(table), Set.of()).stream()
        .map(change -> change.kind() + " " + SchemaChange.nameOf(change.path()))
        .toList();
  }

  @Test
  void aComputedTableGetsAColumnThatIsNeverNull() {
    RecordSchema before = RecordSchema.of(Field.required("a", FieldType.LONG));
    RecordSchema after =
        RecordSchema.of(Field.required("a", FieldType.LONG), Field.required("n", FieldType.LONG));
    for (boolean provenance : new boolean[] {true, false}) {
      TableLayout layout = new TableLayout(after, List.of(), provenance);
      List<SchemaChange> changes = SchemaDifferences.of(layout, after, TableColumn.of(before));
      assertThat(
          changes.stream().map(SchemaChange::kind).toList(),
          is(List.of(provenance ? Kind.ADD_REQUIRED : Kind.ADD)));
    }
  }

  private static FieldType type(String name) {
    return switch (name) {
      case "int" -> FieldType.INT;
      case "long" -> FieldType.LONG;
      case "float" -> FieldType.FLOAT;
      case "double" -> FieldType.DOUBLE;
      case "date" -> FieldType.DATE;
      case "timestamp" -> FieldType.TIMESTAMP;
      case "string" -> FieldType.STRING;
      case "decimal(9,2)" -> FieldType.decimal(9, 2);
      case "decimal(20,2)" -> FieldType.decimal(20, 2);
      default -> FieldType.decimal(20, 4);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "int long WIDEN",
        "float double WIDEN",
        "decimal(9,2) decimal(20,2) WIDEN",
        "long int RETYPE",
        "int double RETYPE",
        "int decimal(20,2) RETYPE",
        "decimal(20,2) decimal(9,2) RETYPE",
        "decimal(9,2) decimal(20,4) RETYPE",
        "date timestamp RETYPE",
        "int string RETYPE"
      })
  void widensOnlyWhatHoldsEveryValue(String from, String to, Kind expected) {
    assertThat(
        changes(
            RecordSchema.of(Field.optional("a", type(to))),
            RecordSchema.of(Field.optional("a", type(from)))),
        is(List.of(expected + " a")));
  }

  @Test
  void findsNothingWhereOnlyTheFormOfTheSourceDiffers() {
    RecordSchema contract =
        RecordSchema.of(
            Field.required("at", new FieldType.DateType("dd.MM.yyyy")),
            Field.required("time", FieldType.TIME),
            Field.required("id", FieldType.LONG));
    RecordSchema table =
        RecordSchema.of(
            Field.required("id", FieldType.LONG),
            Field.required("time", FieldType.STRING),
            Field.required("at", FieldType.DATE));
    assertThat(changes(contract, table), is(List.of()));
  }

  @Test
  void looksIntoObjectsAndArrays() {
    RecordSchema then =
        RecordSchema.of(
            Field.required("sku", FieldType.STRING), Field.required("qty", FieldType.INT));
    RecordSchema now =
        RecordSchema.of(
            Field.optional("sku", FieldType.STRING),
            Field.required("quantity", FieldType.LONG).renamedFrom("qty"),
            Field.optional("note", FieldType.STRING));
    Field element = Field.required("element", new ObjectType(then));
    Field changed = Field.optional("element", new ObjectType(now));
    assertThat(
        changes(
            RecordSchema.of(Field.optional("lines", new ArrayType(changed))),
            RecordSchema.of(Field.optional("lines", new ArrayType(element)))),
        is(
            List.of(
                "RELAX lines[].sku",
                "RENAME lines[].quantity",
                "WIDEN lines[].quantity",
                "ADD lines[].note",
                "RELAX lines[]")));
  }

  @Test
  void takesANameThatIsInUseForNoFormerOne() {
    RecordSchema table =
        RecordSchema.of(
            Field.optional("a", FieldType.STRING), Field.optional("b", FieldType.STRING));
    // Renamed already; what is called 'a' now is another column.
    RecordSchema renamed = RecordSchema.of(Field.optional("b", FieldType.STRING).renamedFrom("a"));
    assertThat(changes(renamed, table), is(List.of("DROP a")));
    RecordSchema chain =
        RecordSchema.of(Field.optional("c", FieldType.STRING).renamedFrom("b", "a"));
    assertThat(changes(chain, table), is(List.of("RENAME c", "DROP a")));
  }

  private static @Nullable String refusal(
      RecordSchema contract, RecordSchema table, @Nullable String written, String version) {
    return refusal("silver.orders", contract, table, written, version);
  }

  private static @Nullable String refusal(
      String name,
      RecordSchema contract,
      RecordSchema table,
      @Nullable String written,
      String version) {
    Difference difference =
        new Difference(between(contract, TableColumn.of(table), Set.of("id")), written);
    try {
      EvolutionRules.require(name, difference, SchemaPolicy.EVOLVE, version);
      return null;
    } catch (SchemaChangeRefusedException e) {
      return e.getMessage();
    }
  }

  private static final RecordSchema ONE = RecordSchema.of(Field.required("id", FieldType.INT));
  private static final RecordSchema TWO =
      RecordSchema.of(
          Field.required("id", FieldType.INT), Field.optional("note", FieldType.STRING));

  @Test
  void addsByAnyVersionThatIsNotOlder() {
    assertThat(refusal(TWO, ONE, "1.0.0", "1.1.0"), is((String) null));
    assertThat(refusal(TWO, ONE, "1.0.0", "1.0.0"), is((String) null));
    assertThat(refusal(TWO, ONE, null, "1.0.0"), is((String) null));
    assertThat(refusal(TWO, ONE, "1.1.0", "1.0.0"), containsString("which is newer"));
  }

  @Test
  void takesAwayOnlyByAHigherFirstNumber() {
    assertThat(refusal(ONE, TWO, "1.9.0", "2.0.0"), is((String) null));
    assertThat(refusal(ONE, TWO, "1.9.0", "1.10.0"), containsString("'note' is only in the table"));
    assertThat(refusal(ONE, TWO, "2.0.0", "1.0.0"), containsString("which is newer"));
    assertThat(refusal(ONE, TWO, null, "2.0.0"), containsString("medallion.contract-version"));
    assertThat(refusal(ONE, TWO, "one", "two"), containsString("first number"));
  }

  @Test
  void namesTheWayOutOfABreakingChange() {
    RecordSchema text = RecordSchema.of(Field.required("id", FieldType.STRING));
    String retyped = refusal(text, ONE, "1.0.0", "2.0.0");
    String reason = "'id' is string by the contract and int in the table";
    assertThat(retyped, containsString(reason + ". Existing rows cannot be converted. "));
    assertThat("it is told once", retyped.split(reason, -1).length, is(2));
    assertThat(retyped, containsString("medallion publish PIPELINE silver.orders_v2 --as=orders"));
    assertThat(retyped, containsString("the simple way if nothing else depends on the tables"));
    assertThat(retyped, containsString("medallion reset PIPELINE"));
    RecordSchema required =
        RecordSchema.of(
            Field.required("id", FieldType.INT), Field.required("note", FieldType.STRING));
    assertThat(refusal(required, ONE, "1.0.0", "2.0.0"), containsString("must not be null"));
    RecordSchema partition =
        RecordSchema.of(Field.required("id", FieldType.INT).renamedFrom("key"));
    RecordSchema key = RecordSchema.of(Field.required("key", FieldType.INT));
    assertThat(refusal(partition, key, "1.0.0", "2.0.0"), containsString("partitioned by it"));
  }

  @Test
  void namesTheCastThatKeepsAnAverageOfGoldAsItIs() {
    RecordSchema before = RecordSchema.of(Field.optional("mean", FieldType.LONG));
    RecordSchema now = RecordSchema.of(Field.optional("mean", FieldType.DOUBLE));
    assertThat(
        refusal("gold.means", now, before, "1.0.0", "1.0.0"),
        containsString("CAST(AVG(x) AS BIGINT). Or: Write to a new table ('table: means_v2'"));
    assertThat(
        "gold alone needs no reset",
        refusal("gold.means", now, before, "1.0.0", "1.0.0"),
        not(containsString("reset")));
    assertThat(refusal("gold.means", before, before, "1.0.0", "1.0.0"), is((String) null));
  }

  @Test
  void namesTheColumnsThatCannotFollowAmongOthers() {
    RecordSchema both =
        RecordSchema.of(
            Field.required("id", FieldType.STRING), Field.optional("note", FieldType.STRING));
    assertThat(
        refusal(both, ONE, "1.0.0", "2.0.0"),
        containsString("Existing rows cannot be converted: 'id'. Write"));
    RecordSchema other =
        RecordSchema.of(
            Field.required("id", FieldType.INT), Field.optional("text", FieldType.STRING));
    assertThat(
        refusal(other, TWO, "1.0.0", "1.1.0"),
        containsString(
            "Queries that name these columns would fail: 'note'. Where that is intended"));
  }

  @Test
  void changesNothingUnlessThePolicyIsToEvolve() {
    Difference difference = new Difference(between(TWO, TableColumn.of(ONE), Set.of()), "1.0.0");
    for (SchemaPolicy policy : List.of(SchemaPolicy.ENFORCE, SchemaPolicy.IGNORE)) {
      assertThat(
          assertThrows(
                  SchemaChangeRefusedException.class,
                  () -> EvolutionRules.require("silver.orders", difference, policy, "1.1.0"))
              .getMessage(),
          containsString("'schemaPolicy: evolve'"));
      Difference none = new Difference(List.of(), "9.0.0");
      assertDoesNotThrow(() -> EvolutionRules.require("silver.orders", none, policy, "1.1.0"));
    }
  }
}
