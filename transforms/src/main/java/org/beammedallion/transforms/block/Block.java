package org.beammedallion.transforms.block;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.bytes.Wire;
import org.beammedallion.transforms.raw.DeadLetterCoder;

/**
 * What travels between the steps of a cycle: many rows, or what else a step has to say, as one
 * element. A step has one output, so all kinds go the same way; see {@code
 * docs/adr/0002-one-output.md}.
 *
 * <p>A block is its encoded form: a byte that tells the kind, then the content from {@link #START}
 * on. Rows stand behind headers as in {@code RowBatch}, in aggregates behind their length. Blocks
 * are not changed once they are made.
 */
@SuppressWarnings(
    "ArrayRecordComponent") // Blocks are never compared, and copies would be expensive.
public sealed interface Block {

  /** Where the content begins; of blocks of rows, the first row's header. */
  int START = 1;

  /** The encoded form, which is the receiver's to read only. */
  byte[] bytes();

  /** The kinds, by their codes. */
  enum Kind {
    ROWS(Rows::new),
    REFERENCES(References::new),
    TOMBSTONES(Tombstones::new),
    FIGURES(Figures::new),
    DEAD_LETTERS(DeadLetters::new),
    DIMENSION(Dimension::new),
    EARLIER_DIMENSION(EarlierDimension::new),
    KEPT(Kept::new),
    VALUES(Values::new),
    CHANGES(Changes::new),
    HELD(Held::new),
    RESULT(Result::new);

    private static final Kind[] BY_CODE = values();

    private final Function<byte[], Block> maker;

    Kind(Function<byte[], Block> maker) {
      this.maker = maker;
    }

    public byte code() {
      return (byte) ordinal();
    }

    /** The block of this kind with some content. */
    public Block with(byte[] content) {
      byte[] bytes = new byte[START + content.length];
      bytes[0] = code();
      System.arraycopy(content, 0, bytes, START, content.length);
      return maker.apply(bytes);
    }
  }

  /**
   * The block of an encoded form.
   *
   * @param bytes with the code of a kind in front
   */
  static Block of(byte[] bytes) {
    return Kind.BY_CODE[bytes[0]].maker.apply(bytes);
  }

  /** The content alone, copied. */
  default byte[] content() {
    return Arrays.copyOfRange(bytes(), START, bytes().length);
  }

  /** Rows that the cycle makes. */
  record Rows(byte[] bytes) implements Block {}

  /** Keys of rows that the table holds already; see {@code ReadReferences}. */
  record References(byte[] bytes) implements Block {}

  /** Keys of rows that were deleted by an earlier cycle, and are remembered. */
  record Tombstones(byte[] bytes) implements Block {}

  /** Rows of a dimension. */
  record Dimension(byte[] bytes) implements Block {}

  /** Rows of an earlier version of a dimension. */
  record EarlierDimension(byte[] bytes) implements Block {}

  /** Rows that stand in a file which is replaced, and stay as they are. */
  record Kept(byte[] bytes) implements Block {}

  /** Values of columns that should be unique; see {@code UniqueValues}. */
  record Values(byte[] bytes) implements Block {}

  /** A change of a file of the table; see {@code FileChange}. */
  record Changes(byte[] bytes) implements Block {}

  /** A record that is held back; see {@code HeldChanges}. */
  record Held(byte[] bytes) implements Block {}

  /** What a part of a step has staged, encoded by the step. */
  record Result(byte[] bytes) implements Block {}

  /** Figures of batches, and how many of their rows did not travel. */
  record Figures(byte[] bytes) implements Block {

    /**
     * @param duplicates rows that lost against another of their key before they were sent
     */
    public static Block of(BatchFigures figures, long duplicates) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(Kind.FIGURES.code());
      try {
        out.write(figures.encode());
        Wire.writeLong(out, duplicates);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Figures(out.toByteArray());
    }

    public BatchFigures figures() {
      return BatchFigures.decode(reader());
    }

    /** Rows that lost against another of their key before they were sent. */
    public long duplicates() {
      ByteArrayInputStream in = reader();
      BatchFigures.decode(in);
      try {
        // Blocks that an earlier jar left on storage end here.
        return in.available() == 0 ? 0 : Wire.readLong(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private ByteArrayInputStream reader() {
      return new ByteArrayInputStream(bytes, START, bytes.length - START);
    }
  }

  /** Rejected records. */
  record DeadLetters(byte[] bytes) implements Block {

    public static Block of(List<DeadLetter> letters) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(Kind.DEAD_LETTERS.code());
      try {
        DeadLetterCoder.encodeAll(letters, out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new DeadLetters(out.toByteArray());
    }

    public List<DeadLetter> letters() {
      try {
        return DeadLetterCoder.decodeAll(
            new ByteArrayInputStream(bytes, START, bytes.length - START));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
