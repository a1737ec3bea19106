package org.beammedallion.io.keys;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyHashesTest {

  @TempDir Path folder;

  @Test
  void everyHashIsFoundAndFewOthers() throws IOException {
    Random random = new Random(1);
    List<String> files = new ArrayList<>();
    int keys = 100_000;
    for (int file = 0; file < 2; file++) {
      Path path = folder.resolve(file + ".hashes");
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(path))) {
        for (int i = 0; i < keys / 2; i++) {
          out.writeLong(random.nextLong());
        }
      }
      files.add(path.toString());
    }
    KeyHashes hashes = KeyHashes.load(files, keys);
    Random same = new Random(1);
    for (int i = 0; i < keys; i++) {
      assertThat(hashes.mayHold(same.nextLong()), is(true));
    }
    int others = 0;
    for (int i = 0; i < keys; i++) {
      others += hashes.mayHold(random.nextLong()) ? 1 : 0;
    }
    assertThat(others, lessThan(keys / 50));
  }
}
