package org.beammedallion.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every storage promises; each implementation runs it. */
abstract class StorageContract {

  /** An empty folder, in canonical form. */
  abstract String root();

  final Storage storage() {
    return Storage.of(root());
  }

  final void write(String uri, String content) throws IOException {
    try (AtomicOutput output = storage().create(uri)) {
      output.write(content.getBytes(UTF_8));
    }
  }

  final String read(String uri) throws IOException {
    try (InputStream input = storage().open(uri)) {
      return new String(input.readAllBytes(), UTF_8);
    }
  }

  final List<String> uris(List<StoredFile> files) {
    return files.stream().map(StoredFile::uri).toList();
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    String uri = root() + "/a/b.txt";
    write(uri, "one");
    assertThat(read(uri), is("one"));
    write(uri, "another");
    assertThat(read(uri), is("another"));
  }

  /** Who looks when another writes finds all of the file or none of it, and never an error. */
  @Test
  void readsWhileAnotherWritesAndDeletes() throws Exception {
    String uri = root() + "/hint";
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> writer =
          pool.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  storage().putIfAbsent(uri, "whole".getBytes(UTF_8));
                  storage().delete(uri);
                }
                return null;
              });
      while (!writer.isDone()) {
        try {
          assertThat(read(uri), is("whole"));
        } catch (FileNotFoundException e) {
          assertThat(e.getMessage(), containsString("There is no file"));
        }
      }
      writer.get();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void namesOfEveryKindRoundTrip() throws IOException {
    for (String name :
        List.of(
            "day=2026-11-01",
            "a b",
            "100%",
            "%20",
            "a%2Fb",
            "żółć 東京 🚀",
            "x+y&z?q#f",
            "a:b",
            "-",
            "'q\"",
            "n".repeat(255))) {
      String folder = root() + "/" + (name.length() > 100 ? "long" : "p=" + name);
      String uri = folder + "/" + name;
      write(uri, name);
      assertThat(read(uri), is(name));
      assertThat(uris(storage().list(folder)), contains(uri));
      assertThat(storage().stat(uri).orElseThrow().name(), is(name));
      assertThat(storage().canonical(uri), is(uri));
      storage().delete(uri);
      assertThat(storage().list(folder), empty());
    }
  }

  @Test
  void listsRecursivelyAndDirectlyInOrder() throws IOException {
    for (String name : List.of("b", "a/2", "a/1/x", "c", "a/10")) {
      write(root() + "/" + name, name);
    }
    assertThat(
        uris(storage().list(root())),
        contains(
            root() + "/a/1/x", root() + "/a/10", root() + "/a/2", root() + "/b", root() + "/c"));
    assertThat(uris(storage().listDirect(root())), contains(root() + "/b", root() + "/c"));
    assertThat(
        uris(storage().list(root() + "/a/")),
        contains(root() + "/a/1/x", root() + "/a/10", root() + "/a/2"));
    assertThat(storage().list(root() + "/absent"), empty());
  }

  @Test
  void listsFromANameOn() throws IOException {
    for (String name : List.of("a/1", "a.b", "a/2/x", "a/2/y", "a/3", "b")) {
      write(root() + "/" + name, name);
    }
    // As whole URIs are ordered, a point comes before a slash.
    List<String> all =
        List.of("a.b", "a/1", "a/2/x", "a/2/y", "a/3", "b").stream()
            .map(name -> root() + "/" + name)
            .toList();
    for (String after :
        List.of("", "/a", "/a.b", "/a/1", "/a/2", "/a/2/x", "/a/2/xx", "/b", "/c")) {
      String uri = after.isEmpty() ? "" : root() + after;
      try (Stream<StoredFile> files = storage().listSorted(root(), uri)) {
        assertThat(
            after,
            files.map(StoredFile::uri).toList(),
            is(all.stream().filter(file -> file.compareTo(uri) > 0).toList()));
      }
    }
    assertThat(
        uris(storage().listDirect(root() + "/a", root() + "/a/3")), contains(root() + "/a/3"));
    assertThat(
        uris(storage().listDirect(root() + "/a", root() + "/a/2")), contains(root() + "/a/3"));
    assertThat(storage().listDirect(root() + "/absent", ""), empty());
  }

  @Test
  void tellsSizeAndTime() throws IOException {
    write(root() + "/f", "12345");
    StoredFile file = storage().stat(root() + "/f").orElseThrow();
    assertThat(file.size(), is(5L));
    assertThat(
        Duration.between(file.modified(), Instant.now()).abs().compareTo(Duration.ofMinutes(1)) < 0,
        is(true));
    assertThat(storage().stat(root() + "/none"), is(Optional.empty()));
    assertThat(storage().stat(root() + "/f/below-a-file"), is(Optional.empty()));
    assertThat(storage().stat(root()), is(Optional.empty()));
  }

  @Test
  void nothingIsVisibleBeforeClose() throws IOException {
    String uri = root() + "/data.bin";
    byte[] block = new byte[100_000];
    try (AtomicOutput output = storage().create(uri)) {
      for (int i = 0; i < 10; i++) {
        output.write(block);
        output.write(i);
        assertThat(storage().list(root()), empty());
        assertThat(storage().stat(uri), is(Optional.empty()));
      }
      assertThat(output.position(), is(1_000_010L));
    }
    assertThat(storage().stat(uri).orElseThrow().size(), is(1_000_010L));
  }

  @Test
  void oldContentStaysUntilTheNewOneIsWhole() throws IOException {
    String uri = root() + "/data";
    write(uri, "old");
    AtomicOutput output = storage().create(uri);
    output.write("new".getBytes(UTF_8));
    assertThat(read(uri), is("old"));
    output.close();
    assertThat(read(uri), is("new"));
  }

  @Test
  void abortedFileNeverAppears() throws IOException {
    AtomicOutput output = storage().create(root() + "/data");
    output.write(new byte[200_000]);
    output.abort();
    output.abort();
    output.close();
    assertThat(storage().list(root()), empty());
  }

  @Test
  void closedFileIsNotTakenBackByAbort() throws IOException {
    AtomicOutput output = storage().create(root() + "/data");
    output.write('x');
    output.close();
    output.abort();
    output.close();
    assertThat(read(root() + "/data"), is("x"));
    assertThrows(IOException.class, () -> output.write('y'));
  }

  @Test
  void readsAtPositions() throws IOException {
    write(root() + "/f", "0123456789");
    try (SeekableInput input = storage().openSeekable(root() + "/f")) {
      byte[] target = new byte[4];
      assertThat(input.length(), is(10L));
      input.readFully(6, target, 0, 4);
      assertThat(new String(target, UTF_8), is("6789"));
      input.readFully(1, target, 1, 2);
      assertThat(new String(target, UTF_8), is("6129"));
      assertThat(input.read(10, target, 0, 1), is(-1));
      assertThrows(EOFException.class, () -> input.readFully(8, target, 0, 4));
    }
  }

  @Test
  void saysThatAFileIsMissing() {
    String uri = root() + "/none";
    assertThat(
        assertThrows(FileNotFoundException.class, () -> storage().open(uri)).getMessage(),
        containsString("none"));
    assertThrows(FileNotFoundException.class, () -> storage().openSeekable(uri));
  }

  @Test
  void deletesOnceAndAgain() throws IOException {
    write(root() + "/f", "x");
    storage().delete(root() + "/f");
    storage().delete(root() + "/f");
    storage().delete(root() + "/no/such/folder/f");
    assertThat(storage().list(root()), empty());
  }

  @Test
  void putsOnlyWhereNothingIs() throws IOException {
    String uri = root() + "/log/1.json";
    assertThat(storage().putIfAbsent(uri, "first".getBytes(UTF_8)), is(true));
    assertThat(storage().putIfAbsent(uri, "second".getBytes(UTF_8)), is(false));
    assertThat(read(uri), is("first"));
    assertThat(uris(storage().list(root())), contains(uri));
  }

  @Test
  void oneOfManyRacingPutsWinsAndNobodyReadsAPart() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CyclicBarrier start = new CyclicBarrier(threads);
    try {
      for (int round = 0; round < 25; round++) {
        String uri = root() + "/race/" + round;
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          int mine = thread;
          byte[] content = Integer.toString(mine).repeat(50_000).getBytes(UTF_8);
          calls.add(
              () -> {
                start.await();
                boolean won = storage().putIfAbsent(uri, content);
                // The loser sees the winner's whole content at once.
                assertThat(read(uri).length(), is(50_000));
                return won ? mine : -1;
              });
        }
        List<Integer> winners = new ArrayList<>();
        for (Future<Integer> future : pool.invokeAll(calls)) {
          if (future.get() >= 0) {
            winners.add(future.get());
          }
        }
        assertThat(winners.size(), is(1));
        assertThat(read(uri), is(winners.get(0).toString().repeat(50_000)));
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
