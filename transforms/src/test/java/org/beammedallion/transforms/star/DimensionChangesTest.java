package org.beammedallion.transforms.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.junit.jupiter.api.Test;

class DimensionChangesTest {

  private static final RecordSchema SILVER =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.optional("other", FieldType.STRING));
  private static final RecordSchema DIMENSION =
      RecordSchema.of(
          Field.required("key", FieldType.LONG),
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING));
  private static final RowLayout OUTPUT = RowLayout.of(DIMENSION);
  private static final DimensionPlan PLAN =
      DimensionPlan.of(
          SILVER,
          new DimensionPlan.Names(
              List.of("id"), List.of("name"), List.of(), null, null, null, Chronology.TIME),
          DIMENSION);

  /** Rows of silver, as they are read for the plan: the columns that it names. */
  private static Block silver(Block.Kind kind, Map<Long, String> rows) {
    RowLayout layout = RowLayout.of(PLAN.versions());
    RowBuilder builder = new RowBuilder(1 << 10);
    rows.forEach(
        (id, name) -> {
          int header = RowBatch.beginHeader(builder, 0, 0);
          int row = builder.beginRow(layout);
          builder.setLong(layout, row, 0, id);
          if (!name.isEmpty()) {
            builder.setString(layout, row, 1, name);
          }
          RowBatch.endHeader(builder, header);
        });
    return kind.with(Arrays.copyOf(builder.bytes(), builder.length()));
  }

  /** The rows of a dimension that is made of silver as a whole. */
  private static List<byte[]> made(Map<Long, String> silver) throws IOException {
    DimensionChanges changes = new DimensionChanges(PLAN);
    changes.add(silver(Block.Kind.ROWS, silver));
    changes.compute();
    return rows(changes);
  }

  private static List<byte[]> rows(DimensionChanges changes) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    changes.forEach((bytes, row, length) -> rows.add(Arrays.copyOfRange(bytes, row, row + length)));
    return rows;
  }

  private static Block known(List<byte[]> rows) {
    RowBuilder builder = new RowBuilder(1 << 10);
    for (byte[] row : rows) {
      int header = RowBatch.beginHeader(builder, 0, 0);
      builder.append(row, 0, row.length);
      RowBatch.endHeader(builder, header);
    }
    return Block.Kind.DIMENSION.with(Arrays.copyOf(builder.bytes(), builder.length()));
  }

  private static Map<Long, String> told(List<byte[]> rows) {
    Map<Long, String> told = new TreeMap<>();
    for (byte[] row : rows) {
      String name = OUTPUT.isNull(row, 0, 2) ? "" : OUTPUT.stringAt(row, 0, 2);
      assertThat("each key once", told.put(OUTPUT.longAt(row, 0, 1), name), is((String) null));
    }
    return told;
  }

  @Test
  void rowsThatWentAndCameBackChangeNothing() throws Exception {
    Map<Long, String> silver = Map.of(1L, "a", 2L, "b", 3L, "");
    DimensionChanges changes = new DimensionChanges(PLAN);
    changes.add(silver(Block.Kind.REFERENCES, silver));
    changes.add(silver(Block.Kind.ROWS, silver));
    changes.add(known(made(silver)));
    assertThat(changes.compute(), is(0L));
    assertThat(told(rows(changes)), equalTo(new TreeMap<>(silver)));
  }

  @Test
  void theDimensionIsThatOfAllRowsAfterAnyChange() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Map<Long, String> before = new TreeMap<>();
      for (int i = 0; i < random.nextInt(20); i++) {
        before.put((long) random.nextInt(30), "n" + random.nextInt(3));
      }
      Map<Long, String> gone = new TreeMap<>();
      Map<Long, String> after = new TreeMap<>(before);
      Map<Long, String> come = new TreeMap<>();
      long changed = 0;
      for (Map.Entry<Long, String> row : before.entrySet()) {
        if (random.nextInt(3) == 0) {
          gone.put(row.getKey(), row.getValue());
          switch (random.nextInt(3)) {
            case 0 -> {
              after.remove(row.getKey());
              changed++;
            }
            case 1 -> come.put(row.getKey(), row.getValue());
            default -> {
              after.put(row.getKey(), "");
              come.put(row.getKey(), "");
              changed++;
            }
          }
        }
      }
      for (int i = 0; i < random.nextInt(5); i++) {
        long id = 100L + i;
        after.put(id, "new");
        come.put(id, "new");
        changed++;
      }
      DimensionChanges changes = new DimensionChanges(PLAN);
      changes.add(known(made(before)));
      changes.add(silver(Block.Kind.REFERENCES, gone));
      changes.add(silver(Block.Kind.ROWS, come));
      assertThat("seed " + seed, changes.compute(), is(changed));
      assertThat("seed " + seed, told(rows(changes)), equalTo(after));
      assertThat("as a whole", told(made(after)), equalTo(after));
    }
  }
}
