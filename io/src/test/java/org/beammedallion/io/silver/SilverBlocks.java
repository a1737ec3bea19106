package org.beammedallion.io.silver;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.UniqueColumns;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Blocks of rows with a version, by themselves: what steps of silver hand to each other. */
final class SilverBlocks {

  static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.required("version", FieldType.LONG),
          Field.optional("at", FieldType.TIMESTAMP));
  static final RowLayout LAYOUT = RowLayout.of(SCHEMA);
  static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, 2);
  static final int EVENT_TIME = 3;

  private SilverBlocks() {}

  /**
   * A row of a block.
   *
   * @param shard of a reference the number of its file
   * @param position of a reference that in its file, of a tombstone the time of the delete
   */
  record Entry(
      int shard,
      long position,
      boolean deleted,
      long id,
      @Nullable String name,
      long version,
      @Nullable Long at) {

    Entry deleting() {
      return new Entry(shard, position, true, id, name, version, at);
    }

    Entry from(int number, long place) {
      return new Entry(number, place, deleted, id, name, version, at);
    }

    Entry at(long time) {
      return new Entry(shard, position, deleted, id, name, version, time);
    }
  }

  static Entry entry(long id, @Nullable String name, long version) {
    return new Entry(0, 0, false, id, name, version, null);
  }

  static Block block(Block.Kind kind, Entry... entries) {
    return kind.with(rows(entries));
  }

  /** Rows behind their headers. */
  static byte[] rows(Entry... entries) {
    RowBuilder builder = new RowBuilder(256);
    for (Entry entry : entries) {
      int header = RowBatch.beginHeader(builder, entry.shard(), entry.position());
      TableFiles.append(LAYOUT, builder, entry.id(), entry.name(), entry.version(), entry.at());
      RowBatch.endHeader(builder, header);
      if (entry.deleted()) {
        RowBatch.markDelete(builder.bytes(), header);
      }
    }
    return Arrays.copyOf(builder.bytes(), builder.length());
  }

  /** A row as text: id, name and version. */
  static String text(byte[] bytes, int row) {
    return LAYOUT.longAt(bytes, row, 0)
        + " "
        + (LAYOUT.isNull(bytes, row, 1) ? null : LAYOUT.stringAt(bytes, row, 1))
        + " "
        + LAYOUT.longAt(bytes, row, 2);
  }

  /** What a step is told, which differs from test to test. */
  record Task(
      Path folder,
      @Nullable RowKey key,
      List<String> partitions,
      int splits,
      List<DataFile> live,
      @Nullable Tombstones tombstones,
      @Nullable VersionLog versions,
      List<UniqueColumns> unique) {

    static Task of(Path folder, @Nullable RowKey key) {
      return new Task(folder, key, List.of(), 1, List.of(), null, null, List.of());
    }

    Task regrouping(int places, String... by) {
      return new Task(folder, key, List.of(by), places, live, tombstones, versions, unique);
    }

    Task with(List<DataFile> files) {
      return new Task(folder, key, partitions, splits, files, tombstones, versions, unique);
    }

    Task with(Tombstones log) {
      return new Task(folder, key, partitions, splits, live, log, versions, unique);
    }

    Task with(VersionLog log) {
      return new Task(folder, key, partitions, splits, live, tombstones, log, unique);
    }

    Task with(UniqueColumns columns) {
      return new Task(
          folder, key, partitions, splits, live, tombstones, versions, List.of(columns));
    }

    String resultUri() {
      return folder.resolve("result.json").toString();
    }

    TableFiles table() {
      return TableFiles.in(folder.resolve("silver"), SCHEMA);
    }

    StageSilver.Settings settings() {
      TableTarget target =
          new TableTarget(
              table().folder(),
              SCHEMA,
              partitions.stream().map(PartitionField::parse).toList(),
              1L << 30,
              "part",
              List.of(),
              FileRules.BY_NAME);
      return new StageSilver.Settings(
          target,
          key,
          new StageSilver.EventTime(EVENT_TIME, 10),
          new StageSilver.Regrouping(!partitions.isEmpty(), splits),
          new StageSilver.Existing(live, null),
          new QuarantineFiles(folder.resolve("quarantine").toString(), 1, Instant.EPOCH),
          tombstones,
          versions,
          new StageSilver.Unique(unique, 1),
          resultUri());
    }
  }
}
