package org.beammedallion.io.keys;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.List;
import org.beammedallion.io.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a key may be among a cycle's, told by its hash: a Bloom filter of 16 bits a key, of which
 * one lookup touches one word. Of keys that are not among them about one in a hundred passes.
 */
public final class KeyHashes {

  private static final int KEYS_A_WORD = 4;
  private static final int BIT_MASK = Long.SIZE - 1;
  private static final int BITS_SHIFT = 6;

  /** What this process loaded last: many tasks ask for the same. */
  private static @Nullable Loaded last;

  private final long[] words;

  private record Loaded(List<String> files, SoftReference<KeyHashes> hashes) {}

  KeyHashes(long keys) {
    words = new long[Math.toIntExact(keys / KEYS_A_WORD + 1)];
  }

  /**
   * Reads hashes of keys that were written as they came, eight bytes each.
   *
   * @param keys how many there are in all files
   */
  public static synchronized KeyHashes load(List<String> files, long keys) throws IOException {
    Loaded loaded = last;
    KeyHashes known = loaded != null && loaded.files().equals(files) ? loaded.hashes().get() : null;
    if (known != null) {
      return known;
    }
    KeyHashes hashes = new KeyHashes(keys);
    for (String file : files) {
      hashes.addAll(file);
    }
    last = new Loaded(List.copyOf(files), new SoftReference<>(hashes));
    return hashes;
  }

  private void addAll(String file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Storage.of(file).open(file), 1 << 16))) {
      while (true) {
        add(in.readLong());
      }
    } catch (EOFException end) {
      // Hashes follow each other to the end of the file.
    }
  }

  void add(long hash) {
    words[word(hash)] |= bits(hash);
  }

  public boolean mayHold(long hash) {
    long bits = bits(hash);
    return (words[word(hash)] & bits) == bits;
  }

  private int word(long hash) {
    return (int) (((hash >>> Integer.SIZE) * words.length) >>> Integer.SIZE);
  }

  private static long bits(long hash) {
    long bits = 1L << (hash & BIT_MASK);
    bits |= 1L << ((hash >>> BITS_SHIFT) & BIT_MASK);
    bits |= 1L << ((hash >>> (2 * BITS_SHIFT)) & BIT_MASK);
    return bits | (1L << ((hash >>> (3 * BITS_SHIFT)) & BIT_MASK));
  }
}
