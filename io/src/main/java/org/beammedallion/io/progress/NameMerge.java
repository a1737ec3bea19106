package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Several sources as one: of entries with one URI that of the latest source counts. Memory is one
 * block for each source.
 */
final class NameMerge implements NameSource {

  private record Head(NameEntry entry, int source) {}

  private final List<? extends NameSource> sources;
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(
          Comparator.comparing((Head head) -> head.entry().uri())
              .thenComparing(Head::source, Comparator.reverseOrder()));

  /**
   * @param sources from the earliest to the latest
   */
  NameMerge(List<? extends NameSource> sources) throws IOException {
    this.sources = List.copyOf(sources);
    for (int i = 0; i < sources.size(); i++) {
      advance(i);
    }
  }

  private void advance(int source) throws IOException {
    NameEntry entry = sources.get(source).next();
    if (entry != null) {
      heads.add(new Head(entry, source));
    }
  }

  @Override
  public @Nullable NameEntry next() throws IOException {
    Head latest = heads.poll();
    if (latest == null) {
      return null;
    }
    advance(latest.source());
    Head same = heads.peek();
    while (same != null && same.entry().uri().equals(latest.entry().uri())) {
      heads.remove();
      advance(same.source());
      same = heads.peek();
    }
    return latest.entry();
  }

  @Override
  public void close() throws IOException {
    for (NameSource source : sources) {
      source.close();
    }
  }
}
