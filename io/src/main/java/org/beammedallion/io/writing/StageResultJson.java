package org.beammedallion.io.writing;

import com.fasterxml.jackson.databind.util.StdConverter;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.transforms.block.BatchFigures;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.row.FieldCounts;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link StageResult} stands in JSON: flat, under names that stay, for a cycle may be staged
 * by one version of the program and committed by a later one. What came later may be absent.
 */
@SuppressWarnings("ArrayRecordComponent") // It is never compared.
record StageResultJson(
    long accepted,
    long[] measures,
    List<Landed> landed,
    long keyed,
    long published,
    long duplicate,
    long replaced,
    List<QuarantineFile> quarantine,
    List<DataFile> files,
    List<String> removed,
    TouchedPanes touched,
    long ignored,
    DeleteResult deletes,
    long @Nullable [] repeats,
    @Nullable Map<String, Long> unknownFields,
    @Nullable List<DataFile> versions,
    @Nullable UpsertFigures upsert,
    @Nullable List<StagedDeletes> marks) {

  static final class Writer extends StdConverter<StageResult, StageResultJson> {
    @Override
    public StageResultJson convert(StageResult result) {
      return new StageResultJson(
          result.accepted(),
          result.measures(),
          result.landed(),
          result.rows().keyed(),
          result.published(),
          result.rows().duplicate(),
          result.rows().replaced(),
          result.quarantine(),
          result.files(),
          result.removed(),
          result.touched(),
          result.ignored(),
          result.deletes(),
          result.rows().repeats(),
          result.unknownFields(),
          result.versions(),
          result.upsert(),
          result.marks());
    }
  }

  static final class Reader extends StdConverter<StageResultJson, StageResult> {
    @Override
    public StageResult convert(StageResultJson json) {
      FieldCounts unknown =
          json.unknownFields == null ? FieldCounts.NONE : new FieldCounts(json.unknownFields);
      long[] repeats = json.repeats == null ? new long[0] : json.repeats;
      List<StagedDeletes> marks = json.marks == null ? List.of() : json.marks;
      return new StageResult(
          new BatchFigures(json.accepted, json.ignored, json.measures, json.landed, unknown),
          new RowFigures(json.keyed, json.published, json.duplicate, json.replaced, repeats),
          json.quarantine,
          new TableChange(json.files, json.removed, marks, json.touched),
          json.deletes,
          json.versions == null ? List.of() : json.versions,
          json.upsert == null ? UpsertFigures.NONE : json.upsert);
    }
  }
}
