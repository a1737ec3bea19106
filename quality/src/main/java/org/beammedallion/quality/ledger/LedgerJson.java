package org.beammedallion.quality.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.Ledger.Input;
import org.beammedallion.quality.ledger.Ledger.Records;
import org.beammedallion.quality.ledger.Ledger.SilverEntry;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Ledger} stands in JSON, in the progress log and where {@code run} prints it: flat,
 * under names that stay. What came later is absent in ledgers of earlier versions of the program.
 */
record LedgerJson(
    String pipeline,
    long cycle,
    Instant time,
    String contractVersion,
    int attempts,
    long files,
    long bytes,
    long read,
    long published,
    long duplicate,
    long deletes,
    long ignored,
    Map<Reason, Long> rejected,
    long filtered,
    long replaced,
    long deleted,
    long bronzeFiles,
    long bronzeBytes,
    long silverVersion,
    long silverRows,
    List<GoldEntry> gold,
    List<VerdictEntry> verdicts,
    List<String> vanished,
    @Nullable List<RefusedFile> refused,
    @Nullable List<String> setAside,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> takenAgain,
    List<String> warnings,
    @Nullable Map<String, Long> unknownFields,
    @Nullable UpsertEntry upsert,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Map<String, Long> companions,
    @Nullable Map<Reason, RejectExample> examples,
    @Nullable Instant completed) {

  static final class Writer extends StdConverter<Ledger, LedgerJson> {
    @Override
    public LedgerJson convert(Ledger ledger) {
      Input input = ledger.input();
      Records records = ledger.records();
      SilverEntry silver = ledger.silver();
      return new LedgerJson(
          ledger.pipeline(),
          ledger.cycle(),
          ledger.time(),
          ledger.contractVersion(),
          ledger.attempts(),
          input.files(),
          input.bytes(),
          records.read(),
          records.published(),
          records.duplicate(),
          records.deletes(),
          records.ignored(),
          records.rejected(),
          records.filtered(),
          silver.replaced(),
          silver.deleted(),
          input.bronzeFiles(),
          input.bronzeBytes(),
          silver.version(),
          silver.rows(),
          ledger.gold(),
          ledger.verdicts(),
          input.vanished(),
          input.refused(),
          input.setAside(),
          input.takenAgain(),
          ledger.warnings(),
          records.unknownFields(),
          silver.upsert(),
          silver.companions(),
          records.examples(),
          ledger.completed());
    }
  }

  static final class Reader extends StdConverter<LedgerJson, Ledger> {
    @Override
    public Ledger convert(LedgerJson json) {
      return new Ledger(
          json.pipeline,
          json.cycle,
          json.time,
          json.completed,
          json.contractVersion,
          json.attempts,
          new Input(
              json.files,
              json.bytes,
              json.bronzeFiles,
              json.bronzeBytes,
              json.vanished,
              json.refused == null ? List.of() : json.refused,
              json.setAside == null ? List.of() : json.setAside,
              json.takenAgain == null ? List.of() : json.takenAgain),
          new Records(
              json.read,
              json.published,
              json.duplicate,
              json.deletes,
              json.ignored,
              json.rejected,
              json.examples == null ? Map.of() : json.examples,
              json.filtered,
              json.unknownFields == null ? Map.of() : json.unknownFields),
          new SilverEntry(
              json.silverVersion,
              json.silverRows,
              json.replaced,
              json.deleted,
              json.upsert,
              json.companions == null ? Map.of() : json.companions),
          json.gold,
          json.verdicts,
          json.warnings);
    }
  }
}
