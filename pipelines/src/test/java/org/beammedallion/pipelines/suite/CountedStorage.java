package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The local disk, by URIs like {@code counted:/tmp/x}, which writes down what it is asked for. */
public final class CountedStorage extends WatchedStorage {

  private static final long serialVersionUID = 1L;
  private static final Queue<Request> REQUESTS = new ConcurrentLinkedQueue<>();

  public CountedStorage() {
    super("counted");
  }

  /** What was asked for since the last call. */
  static List<Request> requests() {
    List<Request> requests = List.copyOf(REQUESTS);
    REQUESTS.clear();
    return requests;
  }

  @Override
  <T> T ask(Request request, String path, OnDisk<T> disk) throws IOException {
    REQUESTS.add(request);
    return disk.answer(path);
  }
}
