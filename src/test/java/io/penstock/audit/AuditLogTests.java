package io.penstock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class AuditLogTests {

    private static final Entry ENTRY =
            new Entry("alice", "jwt", "gateways.create", "gateway", "7", Outcome.SUCCESS, null, "c-1");

    @Test
    void eachFieldIsOneOfTheJsonObjectWhereLogsAreJson(CapturedOutput output) {
        try (var _ = start("--LOG_FORMAT=json")) {
            AuditLog.write(ENTRY);

            JsonNode line = JsonMapper.shared().readTree(lineOf(output));
            assertThat(line.get("logger_name").asString()).isEqualTo("io.penstock.audit");
            assertThat(line.get("user_email").asString()).isEqualTo("alice");
            assertThat(line.get("resource_type").asString()).isEqualTo("gateway");
            assertThat(line.get("resource_id").asString()).isEqualTo("7");
            assertThat(line.get("action").asString()).isEqualTo("gateways.create");
            assertThat(line.get("outcome").asString()).isEqualTo("SUCCESS");
            assertThat(line.get("source").asString()).isEqualTo("jwt");
            assertThat(line.get("correlation_id").asString()).isEqualTo("c-1");
        }
    }

    @Test
    void logsAreTextUnlessAskedOtherwise(CapturedOutput output) {
        try (var _ = start()) {
            AuditLog.write(ENTRY);

            assertThat(lineOf(output)).doesNotStartWith("{").contains("user_email=\"alice\" resource_type=\"gateway\"");
        }
    }

    private static String lineOf(CapturedOutput output) {
        return output.toString()
                .lines()
                .filter(line -> line.contains("gateways.create"))
                .findFirst()
                .orElseThrow();
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    /** An application without parts, for its settings alone. */
    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
