package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.pipelines.suite.Faults.Call;
import org.beammedallion.pipelines.suite.Faults.Fault;
import org.beammedallion.pipelines.suite.Faults.Moment;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever storage refuses while a table is looked at, the reason stands in an error of ours. */
class FaultyTablesTest {

  /** A hint, without which a reader of Delta finds the checkpoint, too. */
  private static final String LAST_CHECKPOINT = "/_last_checkpoint";

  private static final TableLayout LAYOUT =
      new TableLayout(RecordSchema.of(Field.required("id", FieldType.LONG)), List.of(), true);

  @TempDir Path folder;

  private Table table(String format) {
    return TableFormat.named(format)
        .table(TableDefinition.ofFolder("faulty:" + folder.resolve("orders"), LAYOUT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aRefusalIsSaidWithItsReason(String format) throws Exception {
    table(format).commit(CommitRequest.append(List.of(), "orders/silver", 1));
    Faults.watch(null);
    table(format).snapshot();
    List<Call> calls =
        Faults.calls().stream().filter(call -> !call.name().endsWith(LAST_CHECKPOINT)).toList();
    assertThat(calls, is(not(empty())));
    for (Call call : calls) {
      Faults.watch(new Fault(call, Moment.BEFORE));
      IOException failure =
          assertThrows(IOException.class, () -> table(format).snapshot(), call.toString());
      Faults.calls();
      assertThat(failure.getMessage(), containsString("Injected"));
    }
  }
}
