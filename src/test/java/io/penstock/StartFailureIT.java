package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an operator reads when the whole gateway does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureIT {

    /** What Logback says of itself, where a thread of an earlier start logs while logging is set up anew. */
    private static final String LOGBACK = " |-WARN in Logger";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT=70000|PORT: It must be a port, from 0 to 65535.",
                "PORT=hush|PORT: It must be a whole number.",
                "MANAGEMENT_PORT=70001|MANAGEMENT_PORT: It must be a port, from 0 to 65535.",
                "MANAGEMENT_PORT=hush|MANAGEMENT_PORT: It must be a whole number.",
                "PORT=|PORT: It must be a port, from 0 to 65535.",
                "MANAGEMENT_PORT=-1|MANAGEMENT_PORT: It must be a port, from 0 to 65535.",
                "MANAGEMENT_PORT=|MANAGEMENT_PORT: It must be a port, from 0 to 65535.",
                "HOST=192.0.2.1|HOST: It is no address of this machine.",
                "HOST=hush.invalid|HOST: It must be an address of this machine, like 127.0.0.1 or 0.0.0.0.",
                "LOG_FORMAT=hush|LOG_FORMAT: It must be one of text, json, ecs, gelf, logstash.",
                "BASE_URL=hush|BASE_URL: It must be the address that clients use",
                "BASE_URL=http://hu sh|BASE_URL: It must be the address that clients use",
                "APP_DOMAIN=https://hush|APP_DOMAIN: It must be host names without scheme",
                "ALLOWED_ORIGINS=https://hush/|ALLOWED_ORIGINS: It must be origins as browsers write them",
                "AUTH_REQUIRED=false|AUTH_REQUIRED: Nothing here is open to callers without an identity",
                "MCPGATEWAY_ADMIN_API_ENABLED=hush|MCPGATEWAY_ADMIN_API_ENABLED: ",
                "DISCOVERY_BUDGET=hush|DISCOVERY_BUDGET: It must be a duration, like 500ms, 10s or 5m.",
                "DISCOVERY_BUDGET=1h|DISCOVERY_BUDGET: it must be between 0s and 30s",
                "HEALTH_CHECK_INTERVAL=0|HEALTH_CHECK_INTERVAL: It must be from 1 to 86400 seconds.",
                "UNHEALTHY_THRESHOLD=hush|UNHEALTHY_THRESHOLD: It must be a whole number.",
                "TOOL_RATE_LIMIT=hush|TOOL_RATE_LIMIT: It must be a number of calls, and after a slash the time for them",
                "TOOL_CONCURRENT_LIMIT=0|TOOL_CONCURRENT_LIMIT: It must be greater than or equal to 1.",
                "TOOL_TIMEOUT=hush|TOOL_TIMEOUT: It must be a duration, like 500ms, 10s or 5m.",
                "DATABASE_MAX_CONNECTIONS=1|DATABASE_MAX_CONNECTIONS: It must be from 2 to 500.",
                "DATABASE_URL=mysql://hush|DATABASE_URL: It begins with none of the known schemes.",
                "DATABASE_URL=postgresql://me:hush@127.0.0.1:1/x|DATABASE_URL: The database 127.0.0.1:1/x cannot be used",
                "DATA_DIR=/dev/null/data|DATA_DIR: The folder or the file in it cannot be made.",
                "AUTH_ENCRYPTION_SECRET=hush|AUTH_ENCRYPTION_SECRET: It is shorter than 32 characters.",
                "JWT_SECRET_KEY=hush|JWT_SECRET_KEY: ",
                "JWT_ALGORITHM=hush|JWT_ALGORITHM: ",
                "JWT_MAX_LIFETIME=hush|JWT_MAX_LIFETIME: It must be a duration",
                "JWT_JWKS_URL=ftp://hush|JWT_JWKS_URL: Right would be a URL",
                "UPSTREAM_ALLOWED_CIDRS=10.0.0.0/99|UPSTREAM_ALLOWED_CIDRS: ",
                "UPSTREAM_ALLOWED_HOSTS=https://hush|UPSTREAM_ALLOWED_HOSTS: It must be host names",
                "AUTH_ENCRYPTION_MASTER_KEY=hcvault://hush/y/keys/z|AUTH_ENCRYPTION_MASTER_KEY: It encrypts the file",
                "AUTH_ENCRYPTION_PREVIOUS_SECRETS=hush|AUTH_ENCRYPTION_PREVIOUS_SECRETS: It is shorter",
                "AUTH_ENCRYPTION_KEYSET_FILE=/dev/null/keys|AUTH_ENCRYPTION_KEYSET_FILE: The file /dev/null/keys cannot be read.",
                "JWT_ALGORITHM=RS256|JWT_PUBLIC_KEY_PATH: RS256 needs a PEM file with its public key.",
                "PLATFORM_ADMIN_EMAIL=hush@example.com|PLATFORM_ADMIN_PASSWORD: It is missing",
                "server.ssl.bundle=hush|SERVER_SSL_BUNDLE: There is no bundle of this name",
                "server.ssl.certificate=/dev/null/hush|SERVER_SSL_CERTIFICATE: A certificate and its key belong together",
                "MCP_CLIENT_AUTH_ENABLED=hush|MCP_CLIENT_AUTH_ENABLED: It must be true or false.",
                "TRUST_PROXY_AUTH=hush|TRUST_PROXY_AUTH: It must be true or false.",
                "PROXY_ANONYMOUS_ENABLED=hush|PROXY_ANONYMOUS_ENABLED: It must be true or false.",
                "PROXY_USER_HEADER=X hush|PROXY_USER_HEADER: It must be the name of a header",
                "PROXY_GROUPS_HEADER=X_hush|PROXY_GROUPS_HEADER: It must be the name of a header",
                "PROXY_ADDRESS_HEADER=X_hush|PROXY_ADDRESS_HEADER: It must be the name of a header",
                "TRUSTED_PROXY_CIDRS=10.0.0.0/99|TRUSTED_PROXY_CIDRS: ",
                "PROXY_PROOF=hush|PROXY_PROOF: It must be one of none, hmac, jwt, mtls.",
                "PROXY_PROOF=hmac|PROXY_PROOF_SECRET: It is missing.",
                "PROXY_PROOF=mtls|PROXY_PROOF_SAN: With PROXY_PROOF=mtls it must be",
                "PROXY_PROOF=jwt|PROXY_PROOF_HEADER: With PROXY_PROOF=jwt it must be",
                "MCP_AUTH_ENABLED=hush|MCP_AUTH_ENABLED: It must be true or false.",
                "MCP_AUTH_ENABLED=true|SECRET_KEY: It is missing.",
                "management.opentelemetry.tracing.export.otlp.transport=grpc|MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_TRANSPORT: It must be http.",
                "management.opentelemetry.tracing.export.otlp.ssl.bundle=hush|MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_SSL_BUNDLE: It must be left out",
                "penstock.ingress.body-timeout=0s|PENSTOCK_INGRESS_BODYTIMEOUT: It must be longer than nothing, like 10s.",
                "penstock.ingress.max-body=hush|PENSTOCK_INGRESS_MAXBODY: It must be a size, like 64KB or 1MB.",
                "penstock.egress.max-connections=0|PENSTOCK_EGRESS_MAXCONNECTIONS: It must be greater than",
                "penstock.egress.max-conections=hush|PENSTOCK_EGRESS_MAXCONECTIONS: There is no such setting.",
                "penstock.egres=hush|PENSTOCK_EGRES: There is no such setting."
            })
    void aSettingThatCannotBeRightIsNamedInOneLine(String setting, String line, CapturedOutput output) {
        refusesToStart(setting);

        assertThat(output.getAll()
                        .lines()
                        .filter(written -> written.contains("ERROR") || written.contains("WARN"))
                        .filter(written -> !written.contains(LOGBACK)))
                .singleElement()
                .asString()
                .contains("Not started. " + line);
        assertThat(output).doesNotContain("hush", "\tat ");
    }

    @Test
    void aPortThatSomebodyHasIsNamed(CapturedOutput output) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusesToStart("PORT=" + taken.getLocalPort());

            assertThat(output)
                    .contains("Not started. PORT: Port " + taken.getLocalPort() + " is in use")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void probesAndMetricsHaveAPortOfTheirOwn(CapturedOutput output) {
        refusesToStart("PORT=4444", "MANAGEMENT_PORT=4444");

        assertThat(output)
                .contains("Not started. MANAGEMENT_PORT: It must be another port than that of clients")
                .doesNotContain("\tat ");
    }

    private void refusesToStart(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--PORT=0",
                "--MANAGEMENT_PORT=0",
                "--DATA_DIR=" + folder,
                "--AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "--JWT_SECRET_KEY=hT4nW8xK1pQ6vZ3mR9bY2cF7dG5jL0sE"));
        for (String setting : settings) {
            arguments.removeIf(known -> known.startsWith("--" + setting.split("=", 2)[0] + "="));
            arguments.add("--" + setting);
        }
        assertThatException()
                .isThrownBy(() -> new SpringApplication(Penstock.class)
                        .run(arguments.toArray(String[]::new))
                        .close());
    }
}
