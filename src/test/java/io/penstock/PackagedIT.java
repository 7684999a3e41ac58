package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The jar as it is given away. */
class PackagedIT {

    @Test
    void whatSpringFoundOutWhenItWasBuiltIsInUse() throws Exception {
        assertThat(startedWithoutSecrets())
                .contains("Starting AOT-processed Penstock", "Not started. AUTH_ENCRYPTION_SECRET: ");
    }

    @Test
    void andCanBeDoneWithout() throws Exception {
        assertThat(startedWithoutSecrets("-Dspring.aot.enabled=false"))
                .contains("Starting Penstock", "Not started. AUTH_ENCRYPTION_SECRET: ");
    }

    /** What it says until it ends. */
    private static String startedWithoutSecrets(String... options) throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar().toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        var process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path jar() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of("target"), "penstock-*.jar")) {
            return files.iterator().next();
        }
    }
}
