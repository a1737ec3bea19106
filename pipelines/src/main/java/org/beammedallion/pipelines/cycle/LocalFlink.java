package org.beammedallion.pipelines.cycle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.jspecify.annotations.Nullable;

/**
 * The one Flink cluster inside this process, for every pipeline that runs in it. Left to itself,
 * Beam starts a cluster a pipeline, and each loads and compiles Flink's messaging anew, which costs
 * seconds.
 */
// Beam translates bounded pipelines to the DataSet API, which Flink has deprecated.
@SuppressWarnings("deprecation")
final class LocalFlink {

  private static final String LOCAL = "[local]";
  private static final String AUTO = "[auto]";

  /** Of the heap's size, for Flink's own sorting; it lies outside the heap. */
  private static final double MANAGED_MEMORY = 0.4;

  private static final int STOP_SECONDS = 10;

  private static @Nullable MiniCluster cluster;
  private static int slots;

  private LocalFlink() {}

  /**
   * Whether the options ask for a cluster in this process. Under Flink's own command line they do
   * not, and whoever brings a configuration folder gets a cluster by it.
   */
  static boolean isWanted(FlinkPipelineOptions options) {
    String master = options.getFlinkMaster();
    return options.getFlinkConfDir() == null
        && (master.equals(LOCAL)
            || (master.equals(AUTO) && ExecutionEnvironment.areExplicitEnvironmentsAllowed()));
  }

  /** Runs what submits a pipeline to Flink, on this process's cluster. */
  static synchronized <T> T run(FlinkPipelineOptions options, Supplier<T> submission) {
    int cores = Runtime.getRuntime().availableProcessors();
    int parallelism = options.getParallelism() > 0 ? options.getParallelism() : cores;
    MiniCluster running = cluster(Math.max(cores, parallelism));
    String master = options.getFlinkMaster();
    options.setFlinkMaster(AUTO);
    Environment.enter(running, parallelism);
    try {
      return submission.get();
    } finally {
      Environment.leave();
      options.setFlinkMaster(master);
    }
  }

  private static MiniCluster cluster(int wanted) {
    MiniCluster running = cluster;
    if (running != null && running.isRunning() && slots >= wanted) {
      return running;
    }
    if (running == null) {
      Runtime.getRuntime().addShutdownHook(new Thread(LocalFlink::stop, "stop local Flink"));
    }
    stop();
    MiniCluster started = new MiniCluster(configuration(wanted));
    try {
      started.start();
    } catch (Exception e) {
      throw new IllegalStateException(
          "Flink does not start inside this process: "
              + e
              + ". Say --verbose for its log, or use another runner.",
          e);
    }
    cluster = started;
    slots = wanted;
    return started;
  }

  private static MiniClusterConfiguration configuration(int slots) {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    configuration.set(
        TaskManagerOptions.MANAGED_MEMORY_SIZE,
        new MemorySize((long) (Runtime.getRuntime().maxMemory() * MANAGED_MEMORY)));
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(configuration)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(slots)
        .build();
  }

  private static void stop() {
    MiniCluster running = cluster;
    cluster = null;
    if (running != null) {
      // The process ends in any case; tasks that do not listen must not hold it.
      running.closeAsync().completeOnTimeout(null, STOP_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /** What Beam gets when it asks Flink where it is. */
  private static final class Environment extends ExecutionEnvironment {

    private Environment(MiniCluster cluster, Configuration configuration) {
      super(new Executors(cluster), configuration, LocalFlink.class.getClassLoader());
    }

    static void enter(MiniCluster cluster, int parallelism) {
      initializeContextEnvironment(
          () -> {
            Configuration configuration = new Configuration();
            configuration.set(DeploymentOptions.TARGET, Executors.NAME);
            configuration.set(DeploymentOptions.ATTACHED, true);
            Environment environment = new Environment(cluster, configuration);
            environment.setParallelism(parallelism);
            return environment;
          });
    }

    static void leave() {
      resetContextEnvironment();
    }
  }

  /** Submits to the one cluster. */
  private record Executors(MiniCluster cluster)
      implements PipelineExecutorServiceLoader, PipelineExecutorFactory, PipelineExecutor {

    private static final String NAME = "medallion";

    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of(NAME);
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
      return this;
    }

    @Override
    public CompletableFuture<JobClient> execute(
        Pipeline pipeline, Configuration configuration, ClassLoader classLoader) throws Exception {
      JobGraph job = PipelineExecutorUtils.getJobGraph(pipeline, configuration, classLoader);
      return cluster
          .submitJob(job)
          .thenApply(
              submitted ->
                  new MiniClusterJobClient(
                      submitted.getJobID(), cluster, classLoader, JobFinalizationBehavior.NOTHING));
    }
  }
}
