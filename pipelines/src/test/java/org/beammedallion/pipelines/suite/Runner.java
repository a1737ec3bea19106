package org.beammedallion.pipelines.suite;

import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.beammedallion.fixtures.spark.SparkTables;

/** The runners that must all give the same tables. */
public enum Runner {
  DIRECT {
    @Override
    PipelineOptions options() {
      return PipelineOptionsFactory.fromArgs("--runner=DirectRunner", "--targetParallelism=2")
          .create();
    }
  },
  FLINK {
    @Override
    PipelineOptions options() {
      return PipelineOptionsFactory.fromArgs(
              "--runner=FlinkRunner",
              "--flinkMaster=[local]",
              "--parallelism=2",
              "--objectReuse=true")
          .create();
    }
  },
  SPARK {
    @Override
    PipelineOptions options() {
      PipelineOptions options = PipelineOptionsFactory.fromArgs("--runner=SparkRunner").create();
      // A JVM holds one Spark context, and the independent reader has it.
      options.as(SparkPipelineOptions.class).setUsesProvidedSparkContext(true);
      options
          .as(SparkContextOptions.class)
          .setProvidedSparkContext(new JavaSparkContext(SparkTables.session().sparkContext()));
      return options;
    }
  };

  abstract PipelineOptions options();
}
