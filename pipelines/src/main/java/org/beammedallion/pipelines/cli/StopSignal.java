package org.beammedallion.pipelines.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The requests of an operating system to end this process, SIGTERM and SIGINT, as an event.
 *
 * <p>A shutdown hook would come too late: those of Flink and Spark end the engine at the same time,
 * in the middle of the cycle that is to be finished.
 */
final class StopSignal {

  private StopSignal() {}

  /**
   * Calls back at the first signal, on a thread of its own; the second one ends the process at
   * once. On a JVM without signals nothing happens.
   *
   * @param code that the second signal ends with
   */
  static void onFirst(Runnable stop, ExitCode code) {
    AtomicBoolean isSecond = new AtomicBoolean();
    Runnable signalled =
        () -> {
          if (isSecond.getAndSet(true)) {
            System.exit(code.code());
          }
          stop.run();
        };
    handle("TERM", signalled);
    handle("INT", signalled);
  }

  /** The classes are in module jdk.unsupported, which the compiler does not show to us. */
  private static void handle(String name, Runnable signalled) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invoked =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              signalled.run();
            }
            return null;
          };
      Object proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {handler}, invoked);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Then the signal ends the process as it ends any other; the next run completes the cycle.
    }
  }
}
