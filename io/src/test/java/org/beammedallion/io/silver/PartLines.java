package org.beammedallion.io.silver;

import static org.beammedallion.io.silver.SilverBlocks.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.writing.Part;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Writes the blocks for the parts of a table as lines of a file, for a pipeline's closures are
 * copied and cannot hand them to a test.
 */
record PartLines(String file) implements SerializableFunction<Iterable<KV<Part, Block>>, Void> {

  @Override
  public Void apply(Iterable<KV<Part, Block>> blocks) {
    List<String> lines = new ArrayList<>();
    blocks.forEach(block -> lines.addAll(lines(block.getKey(), block.getValue())));
    try {
      Files.write(Path.of(file), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }

  private static List<String> lines(Part part, Block block) {
    List<String> lines = new ArrayList<>();
    byte[] bytes = block.bytes();
    switch (part.kind()) {
      case RESULT -> lines.add("RESULT " + new String(block.content(), StandardCharsets.UTF_8));
      case FILE ->
          FileChange.read(
              block,
              position -> lines.add("file " + part.number() + " loses " + position),
              challenge ->
                  lines.add(
                      "file "
                          + part.number()
                          + " at "
                          + challenge.position()
                          + " against "
                          + text(challenge.bytes(), challenge.header() + RowBatch.HEADER)));
      case PARTITION -> {
        for (int at = Block.START; at < bytes.length; at = RowBatch.next(bytes, at)) {
          lines.add(part.folder() + " " + part.split() + ": " + text(bytes, at + RowBatch.HEADER));
        }
      }
      default -> lines.add(part.kind() + " " + part.number() + " " + block.content().length);
    }
    return lines;
  }
}
