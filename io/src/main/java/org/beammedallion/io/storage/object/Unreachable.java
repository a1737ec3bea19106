package org.beammedallion.io.storage.object;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Failures to reach a store at all. */
public final class Unreachable {

  private Unreachable() {}

  /**
   * Why, where a host does not exist or does not answer; null for other failures.
   *
   * @param check what to look at, such as {@code Check 'endpoint'}
   */
  public static @Nullable String why(Throwable failure, String check) {
    for (Throwable e = failure; e != null && e.getCause() != e; e = e.getCause()) {
      // The JDK's client hides the name that it did not find.
      if (e instanceof UnknownHostException || e instanceof UnresolvedAddressException) {
        return "there is no such host" + named(e) + ". " + check + ", and the network.";
      } else if (e instanceof ConnectException && !isUnresolved(e)) {
        return "nothing answers there"
            + named(e)
            + ". "
            + check
            + ", and that the store runs and can be reached.";
      }
    }
    return null;
  }

  private static boolean isUnresolved(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  private static String named(Throwable e) {
    return e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
  }
}
