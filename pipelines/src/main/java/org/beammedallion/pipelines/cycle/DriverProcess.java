package org.beammedallion.pipelines.cycle;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.RunSchedule;

/**
 * A process of an operating system: its number alone may be another's by now.
 *
 * @param start as the operating system tells it; empty where it does not
 */
public record DriverProcess(String host, long pid, String start) {

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

  boolean isThis() {
    return isLocal() && pid == ProcessHandle.current().pid();
  }

  /** Whether a process of this host lives. */
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(start))
        .isPresent();
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
