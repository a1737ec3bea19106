package org.beammedallion.transforms.block;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BlockBuffersProperties {

  private static final int DESTINATIONS = 5;
  private static final int BLOCK_BYTES = 5_000;
  private static final int TOTAL_BYTES = 12_000;
  private static final int LONGEST = 9_000;

  @Property
  void eachDestinationGetsItsBytesInTheirOrder(
      @ForAll @Size(max = 60) List<@IntRange(min = 1, max = LONGEST) Integer> rows) {
    BlockBuffers buffers =
        new BlockBuffers(Block.Kind.REFERENCES, DESTINATIONS, BLOCK_BYTES, TOTAL_BYTES);
    Map<Integer, ByteArrayOutputStream> sent = new TreeMap<>();
    Map<Integer, ByteArrayOutputStream> received = new TreeMap<>();
    BlockBuffers.Receiver receiver =
        (destination, block) -> {
          assertThat(block, is(instanceOf(Block.References.class)));
          assertThat(block.bytes().length, is(lessThanOrEqualTo(BLOCK_BYTES + LONGEST)));
          received
              .computeIfAbsent(destination, number -> new ByteArrayOutputStream())
              .writeBytes(block.content());
        };
    byte fill = 0;
    for (int length : rows) {
      byte[] source = new byte[length + 7];
      Arrays.fill(source, 3, 3 + length, ++fill);
      int destination = length % DESTINATIONS;
      buffers.add(destination, source, 3, length, receiver);
      sent.computeIfAbsent(destination, number -> new ByteArrayOutputStream())
          .write(source, 3, length);
    }
    buffers.flush(receiver);
    assertThat(received.keySet(), is(sent.keySet()));
    sent.forEach(
        (destination, bytes) ->
            assertThat(received.get(destination).toByteArray(), is(bytes.toByteArray())));
  }
}
