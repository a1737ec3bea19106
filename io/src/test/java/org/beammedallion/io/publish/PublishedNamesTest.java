package org.beammedallion.io.publish;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedNamesTest {

  @TempDir Path folder;

  private static Publication table(String name) {
    return new Publication(
        "orders",
        0,
        "silver." + name,
        "orders",
        "/pipelines/orders.pipeline.yaml",
        "delta",
        "/lake/silver/" + name,
        "SELECT 1",
        Instant.parse("2026-11-01T00:00:00Z"));
  }

  private PublishedNames names() {
    return new PublishedNames(folder.resolve("published").toString());
  }

  @Test
  void lastOneCountsAndThoseBeforeAreKept() throws Exception {
    assertThat(names().find("orders"), is(Optional.empty()));
    assertThat(names().publish(table("a")).version(), is(1L));
    assertThat(names().publish(table("b")).version(), is(2L));
    assertThat(names().publish(table("b")).version(), is(2L));
    assertThat(names().publish(table("a")).version(), is(3L));
    assertThat(names().find("orders"), is(Optional.of(table("a").withVersion(3))));
    Path second = folder.resolve("published/orders/0000000002.json");
    assertThat(Files.readAllLines(second).size(), is(1));
  }

  @Test
  void manyAtOnceGetNumbersOfTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Publication>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Publication wanted = table("t" + i);
        all.add(() -> names().publish(wanted));
      }
      Set<Long> versions = new HashSet<>();
      Publication last = table("none");
      for (Future<Publication> each : threads.invokeAll(all)) {
        versions.add(each.get().version());
        last = each.get().version() > last.version() ? each.get() : last;
      }
      assertThat(versions.size(), is(16));
      assertThat(names().find("orders"), is(Optional.of(last)));
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesNamesThatAreNoFolders() {
    Publication wanted = table("a");
    Publication bad =
        new Publication(
            "../x",
            0,
            wanted.table(),
            wanted.pipeline(),
            wanted.pipelineFile(),
            wanted.format(),
            wanted.location(),
            wanted.select(),
            wanted.publishedAt());
    assertThrows(IllegalArgumentException.class, () -> names().publish(bad));
  }
}
