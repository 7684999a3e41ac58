package io.penstock.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What an operator reads when a setting stops the start. */
@ExtendWith(OutputCaptureExtension.class)
class RefusedSettingTests {

    private static final String SECRET = "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA";

    @TempDir
    private Path folder;

    @Test
    void aMissingSecretIsNamed(CapturedOutput output) {
        refusesToStart(List.of());

        assertThat(output).contains("AUTH_ENCRYPTION_SECRET: It is missing.").doesNotContain("\tat ");
    }

    @Test
    void aWeakSecretIsNotPrinted(CapturedOutput output) {
        refusesToStart(List.of("--AUTH_ENCRYPTION_SECRET=hush-hush"));

        assertThat(output)
                .contains("AUTH_ENCRYPTION_SECRET: It is shorter than 32 characters.")
                .doesNotContain("hush", "\tat ");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamedWithoutItsPassword(CapturedOutput output) {
        refusesToStart(List.of(
                "--AUTH_ENCRYPTION_SECRET=" + SECRET,
                "--DATABASE_URL=r2dbc:postgresql://me:hush@127.0.0.1:1/penstock"));

        assertThat(output)
                .contains("DATABASE_URL: The database 127.0.0.1:1/penstock cannot be used: ")
                .doesNotContain("hush", SECRET, "\tat ");
    }

    @Test
    void aDatabaseUrlThatIsNoneIsNotPrinted(CapturedOutput output) {
        refusesToStart(List.of("--AUTH_ENCRYPTION_SECRET=" + SECRET, "--DATABASE_URL=mysql://me:hush@host/penstock"));

        assertThat(output)
                .contains("DATABASE_URL: It begins with none of the known schemes.")
                .doesNotContain("hush", "\tat ");
    }

    private void refusesToStart(List<String> settings) {
        List<String> arguments = new ArrayList<>(settings);
        arguments.add("--DATA_DIR=" + folder);
        SpringApplication application = new SpringApplication(StoreAlone.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        assertThatException()
                .isThrownBy(
                        () -> application.run(arguments.toArray(String[]::new)).close());
    }

    /** The part of the product that opens the database. */
    @Configuration(proxyBeanMethods = false)
    @ComponentScan({"io.penstock.loop", "io.penstock.vault", "io.penstock.store"})
    static class StoreAlone {

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }
}
