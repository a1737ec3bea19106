package org.beammedallion.io.silver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.Bucket;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.ChangeSequence;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Which changes are held back does not depend on how they come to their bucket. */
class HeldChangesProperties {

  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              new Field("id", "id", FieldType.LONG, true),
              Field.optional("_sequence", FieldType.STRING)));

  private static final RowKey KEY =
      RowKey.ofChanges(LAYOUT, new int[] {0}, 1, ChangeSequence.of(1_700_000_050_000L));

  /** A change at its place in one of two logs, of which the second began an hour later. */
  private static byte[] row(Random random, int position) {
    boolean other = random.nextInt(3) == 0;
    int place = random.nextInt(20) + (other ? 0 : 10);
    long millis = 1_700_000_000_000L + place * 1_000L + (other ? 3_600_000 : 0);
    String sequence = String.format("%016x.1.%016x", place, place);
    if (random.nextInt(5) > 0) {
      sequence += String.format("/%012x%012xc", millis, millis + 100);
    }
    RowBuilder builder = new RowBuilder(128);
    int header = RowBatch.beginHeader(builder, 0, position);
    int row = builder.beginRow(LAYOUT);
    builder.setLong(LAYOUT, row, 0, random.nextInt(3));
    builder.setString(LAYOUT, row, 1, sequence);
    RowBatch.endHeader(builder, header);
    byte[] bytes = new byte[builder.length()];
    System.arraycopy(builder.bytes(), 0, bytes, 0, bytes.length);
    return bytes;
  }

  private static List<byte[]> blocks(List<byte[]> rows, Random random) {
    List<byte[]> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    List<byte[]> blocks = new ArrayList<>();
    for (int from = 0; from < shuffled.size(); ) {
      int to = from + 1 + random.nextInt(shuffled.size() - from);
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      block.write(0);
      shuffled.subList(from, to).forEach(block::writeBytes);
      blocks.add(block.toByteArray());
      from = to;
    }
    return blocks;
  }

  private record Outcome(Set<Long> held, Set<Long> kept, Set<Long> latest) {}

  private static Outcome outcome(List<byte[]> rows, List<byte[]> known, Random random) {
    Set<Long> held = new TreeSet<>();
    HeldChanges changes =
        new HeldChanges(KEY, (shard, encoded) -> held.add(HeldChanges.position(encoded)));
    List<byte[]> left = changes.holdBack(blocks(rows, random), blocks(known, random));
    assertThat(changes.count(), is((long) held.size()));
    Set<Long> kept = new TreeSet<>();
    Bucket bucket = new Bucket(KEY);
    for (byte[] block : left) {
      for (int header = 1; header < block.length; header = RowBatch.next(block, header)) {
        kept.add(RowBatch.rowPosition(block, header));
      }
      bucket.add(block, 1, block.length);
    }
    Set<Long> latest = new TreeSet<>();
    bucket.forEach((bytes, header) -> latest.add(RowBatch.rowPosition(bytes, header)));
    return new Outcome(held, kept, latest);
  }

  @Property(tries = 500)
  void noOrderOfArrivalMatters(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(15); i++) {
      rows.add(row(random, i));
    }
    List<byte[]> known = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      known.add(row(random, 100 + i));
    }
    Outcome first = outcome(rows, known, random);
    assertThat(first.held().size() + first.kept().size(), is(rows.size()));
    for (int i = 0; i < 5; i++) {
      assertThat(outcome(rows, known, random), is(first));
    }
  }
}
