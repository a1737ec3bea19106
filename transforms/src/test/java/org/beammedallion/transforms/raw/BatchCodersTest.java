package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.common.ElementByteSizeObserver;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.junit.jupiter.api.Test;

class BatchCodersTest {

  @Property
  void rawBatchesSurvive(@ForAll("rawBatches") RawBatch batch) throws Exception {
    RawBatch decoded = CoderUtils.clone(RawBatchCoder.of(), batch);

    assertThat(decoded.source(), is(batch.source()));
    assertThat(decoded.shard(), is(batch.shard()));
    assertThat(decoded.header(), is(batch.header()));
    assertThat(decoded.count(), is(batch.count()));
    assertThat(decoded.encoding(), is(batch.encoding()));
    for (int i = 0; i < batch.count(); i++) {
      assertThat(decoded.payload(i), is(batch.payload(i)));
      assertThat(decoded.provenance(i), is(batch.provenance(i)));
      assertSame(decoded.message(i), batch.message(i));
      assertThat(decoded.hasValue(i), is(batch.hasValue(i)));
    }
    assertSame(decoded.rejects(), batch.rejects());
    assertKnowsItsSize(RawBatchCoder.of(), batch);
  }

  /** Of which the arrays have more than its records. */
  @Property
  void theBeginningOfARawBatchSurvives(
      @ForAll("rawBatches") RawBatch whole, @ForAll @IntRange(max = 9) int records)
      throws Exception {
    RawBatch batch = whole.first(records);
    RawBatch decoded = CoderUtils.clone(RawBatchCoder.of(), batch);
    assertThat(decoded.count(), is(batch.count()));
    for (int i = 0; i < batch.count(); i++) {
      assertThat(decoded.payload(i), is(batch.payload(i)));
      assertSame(decoded.message(i), batch.message(i));
    }
    assertKnowsItsSize(RawBatchCoder.of(), batch);
  }

  private static void assertSame(MessageFields found, MessageFields wanted) {
    assertThat(found.key(), is(wanted.key()));
    assertThat(found.brokerMillis(), is(wanted.brokerMillis()));
    assertThat(found.hasValue(), is(wanted.hasValue()));
    assertThat(
        found.headers().stream().map(MessageFields.Header::name).toList(),
        is(wanted.headers().stream().map(MessageFields.Header::name).toList()));
  }

  @Property
  void rowBatchesSurvive(
      @ForAll byte[] bytes,
      @ForAll int shard,
      @ForAll long read,
      @ForAll long[] measures,
      @ForAll("deadLetters") List<DeadLetter> rejects)
      throws Exception {
    byte[] padded = Arrays.copyOf(bytes, bytes.length + 7);
    RowBatch batch =
        new RowBatch(
            shard,
            padded,
            bytes.length,
            5,
            read,
            3,
            rejects,
            measures,
            shard < 0
                ? null
                : new Landed(
                    shard,
                    "memory:test",
                    read,
                    read < 0 ? null : "bronze",
                    7,
                    shard > 9,
                    null,
                    shard > 9 ? "has no column 'größe'." : null,
                    shard > 9 ? "offset 17" : null,
                    shard > 9
                        ? new Routes(
                            Part.field("source", "table"),
                            List.of(
                                new RoutePiece("größe", 100, 200, 3),
                                new RoutePiece(null, 200, 250, 1)))
                        : null),
            new FieldCounts(shard > 9 ? Map.of("note", read, "größe", 1L) : Map.of()));

    RowBatch decoded = CoderUtils.clone(RowBatchCoder.of(), batch);

    assertThat(Arrays.copyOf(decoded.bytes(), decoded.length()), is(bytes));
    assertThat(decoded.shard(), is(shard));
    assertThat(decoded.count(), is(5));
    assertThat(decoded.read(), is(read));
    assertThat(decoded.ignored(), is(3L));
    assertThat(decoded.measures(), is(measures));
    assertThat(decoded.landed(), is(batch.landed()));
    assertThat(decoded.unknown(), is(batch.unknown()));
    assertSame(decoded.rejects(), rejects);
    assertKnowsItsSize(RowBatchCoder.of(), batch);
  }

  @Test
  void beamFindsTheCodersByTheType() throws Exception {
    CoderRegistry registry = CoderRegistry.createDefault();

    assertThat(registry.getCoder(RawBatch.class), is(RawBatchCoder.of()));
    assertThat(registry.getCoder(RowBatch.class), is(RowBatchCoder.of()));
    RawBatchCoder.of().verifyDeterministic();
    RowBatchCoder.of().verifyDeterministic();
  }

  @Test
  void saysWhenAnEncodedBatchEndsEarly() throws Exception {
    byte[] encoded =
        CoderUtils.encodeToByteArray(
            RowBatchCoder.of(), new RowBatch(1, new byte[9], 9, 1, 1, List.of(), new long[2]));
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThrows(
          EOFException.class, () -> RowBatchCoder.of().decode(new ByteArrayInputStream(cut)));
    }
  }

  @Provide
  Arbitrary<RawBatch> rawBatches() {
    Arbitrary<List<byte[]>> records =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(20).list().ofMaxSize(10);
    return Combinators.combine(
            records,
            Arbitraries.bytes().array(byte[].class).ofMaxSize(5).injectNull(0.5),
            Arbitraries.integers().between(0, 3),
            Arbitraries.strings().ofMaxLength(10),
            Arbitraries.integers(),
            deadLetters())
        .as(
            (list, header, gap, source, shard, rejects) -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              int[] starts = new int[list.size() + gap];
              int[] lengths = new int[list.size() + gap];
              long[] positions = new long[list.size() + gap];
              for (int i = 0; i < list.size(); i++) {
                bytes.writeBytes(new byte[gap]);
                starts[i] = bytes.size();
                lengths[i] = list.get(i).length;
                positions[i] = 10_000_000_000L * i - 5;
                bytes.writeBytes(list.get(i));
              }
              bytes.writeBytes(new byte[gap]);
              RawBatch batch =
                  new RawBatch(
                          source,
                          shard,
                          header,
                          bytes.toByteArray(),
                          list.size(),
                          starts,
                          lengths,
                          positions,
                          rejects)
                      .withEncoding(gap == 0 ? null : source);
              return gap < 2 ? batch : batch.withFields(messages(list));
            });
  }

  /** Of messages whose keys are as their values, tombstones where that is empty. */
  private static PackedFields messages(List<byte[]> keys) {
    return PackedFields.of(
        keys.stream()
            .map(
                key ->
                    new MessageFields(
                        key,
                        List.of(new MessageFields.Header("h" + key.length, key)),
                        key.length,
                        key.length > 0))
            .toArray(MessageFields[]::new));
  }

  @Provide
  Arbitrary<List<DeadLetter>> deadLetters() {
    return Combinators.combine(
            Arbitraries.of(Reason.class),
            Arbitraries.strings().ofMaxLength(10),
            Arbitraries.strings().ofMaxLength(10).injectNull(0.5),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(10),
            Arbitraries.longs(),
            Arbitraries.integers())
        .as(
            (reason, detail, rule, payload, number, shard) ->
                new DeadLetter(
                    reason, detail, rule, payload, number, new Provenance(detail, shard, number)))
        .list()
        .ofMaxSize(3)
        // UTF-8 knows no lone surrogates; no text of ours holds them.
        .filter(letters -> letters.stream().allMatch(BatchCodersTest::isText));
  }

  private static boolean isText(DeadLetter letter) {
    String rule = letter.rule();
    return java.nio.charset.StandardCharsets.UTF_8
        .newEncoder()
        .canEncode(letter.detail() + (rule == null ? "" : rule));
  }

  private static void assertSame(List<DeadLetter> decoded, List<DeadLetter> expected) {
    assertThat(decoded.size(), is(expected.size()));
    for (int i = 0; i < decoded.size(); i++) {
      DeadLetter a = decoded.get(i);
      DeadLetter b = expected.get(i);
      assertThat(a.payload(), is(b.payload()));
      assertThat(
          new DeadLetter(
              a.reason(), a.detail(), a.rule(), b.payload(), a.payloadLength(), a.provenance()),
          is(b));
    }
  }

  private static <T> void assertKnowsItsSize(Coder<T> coder, T value) throws Exception {
    long[] observed = new long[1];
    ElementByteSizeObserver observer =
        new ElementByteSizeObserver() {
          @Override
          protected void reportElementSize(long size) {
            observed[0] += size;
          }
        };
    coder.registerByteSizeObserver(value, observer);
    observer.advance();

    assertThat(coder.isRegisterByteSizeObserverCheap(value), is(true));
    assertThat(observed[0], is((long) CoderUtils.encodeToByteArray(coder, value).length));
  }
}
