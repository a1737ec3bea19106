package org.beammedallion.pipelines.cli;

import org.apache.beam.sdk.util.ReleaseInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "medallion " + (version == null ? "(not packaged)" : version),
      "Apache Beam " + ReleaseInfo.getReleaseInfo().getVersion() + ", Java " + Runtime.version()
    };
  }
}
