package org.beammedallion.pipelines.suite;

/** Threads that keep cores busy until they are closed, so that others have to wait for theirs. */
final class BusyCores {

  private volatile boolean closed;

  private BusyCores() {}

  static BusyCores start(int threads) {
    BusyCores cores = new BusyCores();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(cores::spin, "busy-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    return cores;
  }

  private void spin() {
    while (!closed) {
      Thread.onSpinWait();
    }
  }

  void close() {
    closed = true;
  }
}
