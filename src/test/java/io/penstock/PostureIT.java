package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.penstock.store.Databases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What is easy to attack: told of at the start, and no start with it where that is asked for. */
@ExtendWith(OutputCaptureExtension.class)
class PostureIT {

    private static final String DATABASE = "DATABASE_URL: Its password is shorter than 12 characters.";
    private static final String ADMIN = "PLATFORM_ADMIN_PASSWORD: It must have 12 to 128 characters.";
    private static final String PROOF = "PROXY_PROOF_SECRET: It is a sample from a document.";
    private static final String ANYWHERE =
            "UPSTREAM_ALLOWED_CIDRS: What upstreams and issuers point to may be anywhere";
    private static final String ANYBODY = "TRUSTED_PROXY_CIDRS: Everybody in these ranges may say which address";
    private static final String[] WEAK = {
        "PLATFORM_ADMIN_EMAIL=root@example.com",
        "PLATFORM_ADMIN_PASSWORD=hush-hush",
        "PROXY_PROOF_SECRET=changeme-is-no-secret-hush-hush-hush",
        "UPSTREAM_ALLOWED_CIDRS=0.0.0.0/0",
        "TRUSTED_PROXY_CIDRS=10.0.0.0/8"
    };

    @Test
    void everyWeaknessIsNamedAndStopsTheStartWhereNoneIsTaken(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> start("REQUIRE_STRONG_SECRETS=true").close());

        assertThat(output.getAll().lines().filter(line -> line.contains("ERROR")))
                .singleElement()
                .asString()
                .contains("Not started. ", DATABASE, ADMIN, PROOF, ANYWHERE, ANYBODY, "Right would be");
        assertThat(output).doesNotContain("hush", "postgres:postgres");
    }

    @Test
    void theSameAreWarnedOfOtherwise(CapturedOutput output) {
        start("REQUIRE_STRONG_SECRETS=false").close();

        assertThat(output.getAll().lines().filter(line -> line.contains("WARN") && line.contains(".Posture ")))
                .hasSize(5)
                .anyMatch(line -> line.contains(DATABASE))
                .anyMatch(line -> line.contains(ADMIN))
                .anyMatch(line -> line.contains(PROOF))
                .anyMatch(line -> line.contains(ANYWHERE))
                .anyMatch(line -> line.contains(ANYBODY));
        assertThat(output).doesNotContain("hush", "postgres:postgres");
    }

    private static ConfigurableApplicationContext start(String strong) {
        List<String> arguments = new ArrayList<>(List.of(
                "--PORT=0",
                "--MANAGEMENT_PORT=0",
                "--DATABASE_URL=" + Databases.freshUrl(),
                "--AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "--JWT_SECRET_KEY=hT4nW8xK1pQ6vZ3mR9bY2cF7dG5jL0sE",
                "--ARGON2ID_MEMORY_COST=8192",
                "--penstock.health.poll=1h",
                "--" + strong));
        Arrays.stream(WEAK).map(setting -> "--" + setting).forEach(arguments::add);
        return new SpringApplication(Penstock.class).run(arguments.toArray(String[]::new));
    }
}
