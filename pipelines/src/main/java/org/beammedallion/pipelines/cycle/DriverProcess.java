package org.beammedallion.pipelines.cycle;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.RunSchedule;

/**
 * A process of an operating system: its number alone may be another's by now.
 *
 * @param start as the operating system tells it; empty where it does not
 */
public record DriverProcess(String host, long pid, String start) {

  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** This one. */
  public static DriverProcess current() {
    return new DriverProcess(
        hostName(), ProcessHandle.current().pid(), startOf(ProcessHandle.current()));
  }

  public static DriverProcess of(Attempt attempt) {
    return new DriverProcess(attempt.host(), attempt.pid(), attempt.processStart());
  }

  public static DriverProcess of(RunSchedule schedule) {
    return new DriverProcess(schedule.host(), schedule.pid(), schedule.processStart());
  }

  /** Whether it is, or was, on this host. */
  public boolean isLocal() {
    return host.equals(hostName());
  }

  /** Of a process of this host. */
  boolean isThis() {
    return pid == ProcessHandle.current().pid();
  }

  /** Whether a process of this host lives; where its start is not known, one of its number. */
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> isSame(start, startOf(process)))
        .isPresent();
  }

  /** Linux counts the start from that of the host, which moves a little as its clock is set. */
  private static boolean isSame(String one, String other) {
    return one.isEmpty()
        || other.isEmpty()
        || Duration.between(Instant.parse(one), Instant.parse(other)).abs().compareTo(TOLERANCE)
            <= 0;
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("");
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
