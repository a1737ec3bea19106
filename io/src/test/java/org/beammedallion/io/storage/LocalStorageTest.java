package org.beammedallion.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.beammedallion.fixtures.faults.SmallFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest extends StorageContract {

  @TempDir Path folder;

  @Override
  String root() {
    return folder.toString();
  }

  private List<Path> everything() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void listsLinksToFilesAndFollowsNoneToFolders() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("real.json"), "12345");
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.createSymbolicLink(data.resolve("link.json"), elsewhere.resolve("real.json"));
    Files.createSymbolicLink(data.resolve("folder"), elsewhere);
    Files.createSymbolicLink(data.resolve("broken.json"), elsewhere.resolve("gone.json"));
    LocalStorage storage = new LocalStorage();
    try (var files = storage.listSorted(data.toString(), "")) {
      assertThat(
          files.map(file -> file.name() + " " + file.size()).toList(), is(List.of("link.json 5")));
    }
  }

  @Test
  void takesFileUrisAndPlainPaths() throws IOException {
    write(root() + "/a b%.txt", "x");
    String encoded = folder.toUri() + "a%20b%25.txt";
    assertThat(read(encoded), is("x"));
    assertThat(read(encoded.replace("file:///", "file:/")), is("x"));
    assertThat(read(encoded.replace("file:///", "FILE://localhost/")), is("x"));
    assertThat(read("file:" + root() + "/a b%.txt"), is("x"));
    assertThat(storage().canonical(encoded), is(root() + "/a b%.txt"));
    assertThat(storage().canonical("lake/"), is(Path.of("lake").toAbsolutePath().toString()));
  }

  @Test
  void refusesAnotherHost() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> storage().canonical("file://lake/orders"))
            .getMessage();
    assertThat(message, containsString("file:///path"));
  }

  @Test
  void aLinkWhoseAnswerWasLostIsKnownAsOnesOwn() throws IOException {
    Path own = Files.writeString(folder.resolve("own"), "1");
    Path target = Files.createLink(folder.resolve("target"), own);
    assertThat(LocalStorage.link(target, own), is(true));
    Path other = Files.writeString(folder.resolve("other"), "1");
    assertThat(LocalStorage.link(target, other), is(false));
  }

  @Test
  void unknownSchemeNamesTheKnownOnes() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Storage.of("gopher://x/y")).getMessage();
    assertThat(
        message,
        allOf(
            containsString("'gopher'"),
            containsString("[abfss, az, file, paused, s3, s3a, talk, talks, wasbs]")));
  }

  @Test
  void travelsBySerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
      output.writeObject(storage());
    }
    try (ObjectInputStream input =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Storage copy = (Storage) input.readObject();
      assertThat(copy.putIfAbsent(root() + "/x", new byte[1]), is(true));
    }
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    write(root() + "/a", "x");
    storage().putIfAbsent(root() + "/a", new byte[1]);
    storage().putIfAbsent(root() + "/b", new byte[1]);
    storage().create(root() + "/c").abort();
    assertThat(
        everything().stream().map(p -> p.getFileName().toString()).sorted().toList(),
        is(List.of("a", "b")));
  }

  @Test
  void oneWinsWhereThereAreNoHardLinks() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 10; round++) {
        Path target = folder.resolve("t" + round);
        List<Callable<Boolean>> calls =
            IntStream.range(0, 8)
                .mapToObj(
                    i ->
                        (Callable<Boolean>)
                            () -> {
                              Path temporary = folder.resolve(".t." + i + ".tmp");
                              Files.write(temporary, new byte[] {(byte) i});
                              return LocalStorage.moveUnlessExists(target, temporary);
                            })
                .toList();
        int winners = 0;
        for (Future<Boolean> future : pool.invokeAll(calls)) {
          winners += future.get() ? 1 : 0;
        }
        assertThat(winners, is(1));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void explainsThatAFileStandsInTheWay() throws IOException {
    write(root() + "/orders", "x");
    IOException error =
        assertThrows(StorageException.class, () -> storage().create(root() + "/orders/part-0"));
    assertThat(
        error.getMessage(), allOf(containsString("is a file"), containsString("Remove or rename")));
    Files.createDirectory(folder.resolve("taken"));
    error = assertThrows(StorageException.class, () -> storage().create(root() + "/taken"));
    assertThat(error.getMessage(), containsString("folder of that name"));
  }

  @Test
  void explainsAFolderThatIsNotWritable() throws Exception {
    try (SmallFileSystem mount = mount(folder, "ro,size=64k")) {
      String uri = folder + "/sub/file";
      for (IOException error :
          List.of(
              assertThrows(StorageException.class, () -> storage().create(uri)),
              assertThrows(
                  StorageException.class, () -> storage().putIfAbsent(uri, new byte[1])))) {
        assertThat(
            error.getMessage(),
            allOf(
                containsString("Cannot write '" + uri + "'"),
                containsString("Read-only"),
                containsString("Mount it writable")));
      }
      assertThat(mount.isMounted(), is(true));
    }
  }

  @Test
  void explainsMissingRights() throws IOException {
    assumeTrue(!System.getProperty("user.name").equals("root"), "root may write everywhere");
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assertThat(closed.toFile().setWritable(false), is(true));
    IOException error =
        assertThrows(StorageException.class, () -> storage().create(closed + "/file"));
    assertThat(
        error.getMessage(), allOf(containsString("permission denied"), containsString("chmod")));
  }

  @Test
  void findsAFolderWritableAndLeavesNothingInIt() throws Exception {
    assertThat(storage().obstacleToWriting(root() + "/a/b"), is(nullValue()));
    assertThat(everything(), empty());
  }

  @Test
  void findsThatADiskIsReadOnly() throws Exception {
    try (SmallFileSystem mount = mount(folder, "size=1m,ro")) {
      assertThat(storage().obstacleToWriting(root() + "/a/b"), containsString("Read-only"));
      assertThat(mount.isMounted(), is(true));
    }
  }

  @Test
  void aFullDiskLeavesNothingAndRecovers() throws Exception {
    try (SmallFileSystem mount = mount(folder, "size=1m")) {
      byte[] block = new byte[128 * 1024];
      Arrays.fill(block, (byte) 7);
      AtomicOutput output = storage().create(root() + "/big");
      StorageException error =
          assertThrows(
              StorageException.class,
              () -> {
                for (int i = 0; i < 20; i++) {
                  output.write(block);
                }
              });
      assertThat(
          error.getMessage(), allOf(containsString("No space left"), containsString("Free space")));
      assertThrows(IOException.class, output::close);
      assertThat(everything(), empty());

      byte[] large = "x".repeat(2_000_000).getBytes(UTF_8);
      assertThrows(StorageException.class, () -> storage().putIfAbsent(root() + "/big", large));
      assertThat(everything(), empty());

      write(root() + "/small", "fits");
      assertThat(read(root() + "/small"), is("fits"));
      assertThat(mount.isMounted(), is(true));
    }
  }

  /** A small file system of its own; skips the test where there can be none. */
  private static SmallFileSystem mount(Path folder, String options) throws InterruptedException {
    Optional<SmallFileSystem> mounted = SmallFileSystem.mount(folder, options);
    assumeTrue(mounted.isPresent(), "A small file system cannot be mounted here: that needs root");
    return mounted.orElseThrow();
  }

  @Test
  void aListingIsWholeWhileOthersWriteAndDelete() throws Exception {
    for (int i = 0; i < 50; i++) {
      storage().putIfAbsent(root() + "/table/kept-" + i, new byte[1]);
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; !done.get(); i++) {
                  storage().putIfAbsent(root() + "/table/other-" + i, new byte[1]);
                  storage().delete(root() + "/table/other-" + i);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    try {
      for (int round = 0; round < 500; round++) {
        long kept =
            storage().list(root() + "/table").stream()
                .filter(file -> file.name().startsWith("kept-"))
                .count();
        assertThat(kept, is(50L));
      }
    } finally {
      done.set(true);
      writer.join();
    }
  }
}
