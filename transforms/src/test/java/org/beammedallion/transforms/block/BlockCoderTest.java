package org.beammedallion.transforms.block;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import java.util.List;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.block.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockCoderTest {

  @ParameterizedTest
  @EnumSource
  void everyKindComesBack(Kind kind) throws Exception {
    Block block = kind.with(new byte[] {1, 2, 3});
    for (int number : new int[] {0, 1, 127, 128, 70_000}) {
      KV<Destination, Block> sent = KV.of(Destination.bucket(number), block);
      KV<Destination, Block> received = CoderUtils.clone(BlockCoder.addressed(), sent);
      assertThat(received.getKey(), is(sent.getKey()));
      assertThat(received.getValue(), is(instanceOf(block.getClass())));
      assertThat(received.getValue().content(), is(new byte[] {1, 2, 3}));
    }
  }

  @ParameterizedTest
  @EnumSource
  void destinationsAreKeys(Destination.Kind kind) throws Exception {
    Destination destination = new Destination(kind, 3);
    CoderProperties.coderDecodeEncodeEqual(DestinationCoder.of(), destination);
    CoderProperties.coderDeterministic(
        DestinationCoder.of(), destination, new Destination(kind, 3));
  }

  @Test
  void deadLettersAndFiguresAreReadBack() {
    DeadLetter letter =
        new DeadLetter(
            Reason.MALFORMED, "no JSON", null, new byte[] {'x'}, 1, new Provenance("file", 2, 9));
    Block letters = Block.of(Block.DeadLetters.of(List.of(letter)).bytes());
    assertThat(((Block.DeadLetters) letters).letters().get(0).detail(), is("no JSON"));
    BatchFigures figures =
        new BatchFigures(7, 1, new long[] {2}, List.of(), BatchFigures.NONE.unknown());
    Block.Figures block = (Block.Figures) Block.of(Block.Figures.of(figures, 3).bytes());
    assertThat(block.figures().rows(), is(7L));
    assertThat(block.duplicates(), is(3L));
    Block.Figures ofAnEarlierJar = (Block.Figures) Block.Kind.FIGURES.with(figures.encode());
    assertThat(ofAnEarlierJar.figures().rows(), is(7L));
    assertThat(ofAnEarlierJar.duplicates(), is(0L));
  }
}
