package org.beammedallion.pipelines.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command itself: it only holds its subcommands. */
@Command(
    name = "medallion",
    description = {
      "Lands data raw, cleans it and aggregates it, as a data contract and a pipeline file say.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      RunCommand.class,
      ValidateCommand.class,
      StatusCommand.class,
      CyclesCommand.class,
      HistoryCommand.class,
      ReadCommand.class,
      RollbackCommand.class,
      PublishCommand.class,
      MaintainCommand.class,
      ResetCommand.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Start with:",
      "  medallion init orders.csv                   writes a contract and a pipeline file from data",
      "  medallion validate orders.pipeline.yaml     says what would run, and what is wrong",
      "  medallion run orders.pipeline.yaml --lake=lake",
      "",
      "Options can be in a file, one per line: medallion run orders.pipeline.yaml @spark-local.args"
    })
public final class MedallionCommand {}
