package org.beammedallion.pipelines.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;

/** Flink: embedded, on a session cluster, or under Flink's own command line. */
// Beam translates bounded pipelines to the DataSet API, which Flink has deprecated.
@SuppressWarnings("deprecation")
final class FlinkEngine extends Engine {

  private static final String LOCAL = "[local]";
  private static final String AUTO = "[auto]";
  private static final int ANSWER_SECONDS = 20;

  /**
   * Whether Flink's own command line has started this process. Asked once, before an embedded
   * cluster gives Beam an environment in the same way.
   */
  private static final boolean UNDER_COMMAND_LINE =
      !ExecutionEnvironment.areExplicitEnvironmentsAllowed();

  private int slots;

  FlinkEngine(PipelineOptions options) {
    super(options);
  }

  /** Who has a configuration folder gets a cluster by it. */
  private static boolean isEmbedded(FlinkPipelineOptions options) {
    String master = options.getFlinkMaster();
    return options.getFlinkConfDir() == null
        && (master.equals(LOCAL) || (master.equals(AUTO) && !UNDER_COMMAND_LINE));
  }

  @Override
  public synchronized int parallelism() {
    FlinkPipelineOptions options = options().as(FlinkPipelineOptions.class);
    if (options.getParallelism() > 0) {
      return options.getParallelism();
    }
    if (slots == 0) {
      slots = slots(options);
    }
    return slots;
  }

  @Override
  public int bundles(Groups groups) {
    return parallelism();
  }

  private static int slots(FlinkPipelineOptions options) {
    String master = options.getFlinkMaster();
    if (isEmbedded(options) || master.equals(LOCAL)) {
      return Runtime.getRuntime().availableProcessors();
    } else if (master.equals(AUTO)) {
      return Math.max(1, ExecutionEnvironment.getExecutionEnvironment().getParallelism());
    }
    return clusterSlots(options, master.replaceFirst("^https?://", ""));
  }

  /** Without a given parallelism Beam would use one on a cluster. */
  private static int clusterSlots(FlinkPipelineOptions options, String address) {
    String folder = options.getFlinkConfDir();
    Configuration configuration =
        folder == null
            ? GlobalConfiguration.loadConfiguration()
            : GlobalConfiguration.loadConfiguration(folder);
    int colon = address.lastIndexOf(':');
    if (colon > 0) {
      configuration.set(RestOptions.ADDRESS, address.substring(0, colon));
      configuration.set(JobManagerOptions.ADDRESS, address.substring(0, colon));
      configuration.set(RestOptions.PORT, Integer.parseInt(address.substring(colon + 1)));
    }
    try (RestClusterClient<StandaloneClusterId> client =
        new RestClusterClient<>(configuration, StandaloneClusterId.getInstance())) {
      int total =
          client
              .sendRequest(
                  ClusterOverviewHeaders.getInstance(),
                  EmptyMessageParameters.getInstance(),
                  EmptyRequestBody.getInstance())
              .get(ANSWER_SECONDS, TimeUnit.SECONDS)
              .getNumSlotsTotal();
      return Math.max(1, total);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noAnswer(address, e);
    } catch (RuntimeException e) {
      // A defect, or a wrong configuration: not the cluster's silence.
      throw e;
    } catch (Exception e) {
      // The client declares nothing narrower.
      throw noAnswer(address, e);
    }
  }

  private static RunFailedException noAnswer(String address, Exception cause) {
    return new RunFailedException(
        "The Flink cluster at "
            + address
            + " does not answer: "
            + cause
            + ". Check --flinkMaster and the cluster, or give --parallelism. Nothing is lost: run again, and the same"
            + " cycle is completed.",
        cause);
  }

  @Override
  PipelineResult.State submit(Pipeline pipeline, Work work) {
    FlinkPipelineOptions options = pipeline.getOptions().as(FlinkPipelineOptions.class);
    // No step of ours changes an element, and Beam forbids it to all; a copy of megabytes is not
    // cheap.
    options.setObjectReuse(true);
    options.setFasterCopy(true);
    Supplier<PipelineResult.State> submission = () -> pipeline.run().waitUntilFinish();
    if (isEmbedded(options)) {
      int tasks = options.getParallelism() > 0 ? parallelism() : work.tasks(parallelism());
      return EmbeddedFlink.run(tasks, () -> onEnvironment(options, submission));
    }
    if (!options.getFlinkMaster().equals(AUTO)) {
      options.setParallelism(parallelism());
      ClusterFiles.choose(options);
    }
    return submission.get();
  }

  private static PipelineResult.State onEnvironment(
      FlinkPipelineOptions options, Supplier<PipelineResult.State> submission) {
    options.setFlinkMaster(AUTO);
    return submission.get();
  }
}
