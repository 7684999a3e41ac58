package io.penstock.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Misspelt settings are told of. */
@ExtendWith(OutputCaptureExtension.class)
class UnknownSettingsTests {

    private static void look(PropertySource<?> source) {
        var environment = new StandardEnvironment() {
            @Override
            protected void customizePropertySources(MutablePropertySources sources) {
                sources.addLast(source);
            }
        };
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("environment", environment);
        new UnknownSettings().postProcessBeanFactory(beans);
    }

    private static void file(String name) {
        look(new MapPropertySource("file", Map.of(name, "hush")));
    }

    private static void variable(String name) {
        look(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, "hush")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "penstock.relay.answer-timeout",
                "penstock.relay.answerTimeout",
                "penstock.relay.answer_timeout",
                "PENSTOCK.RELAY.ANSWERTIMEOUT",
                "penstock.egress.allowed-hosts[3]",
                "penstock.limits.tools[0].rate-per-caller",
                "penstock.limits.tools[0].anything",
                "penstock.relay",
                "penstocks.relay.answer-timout",
                "server.port",
                "DATABASE_URL"
            })
    void whatIsKnownOrNotOursIsTaken(String name, CapturedOutput output) {
        assertThatCode(() -> file(name)).doesNotThrowAnyException();
        assertThat(output).doesNotContain("no such setting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "penstock.relay.answer-timout",
                "penstock.relay.answer.timeout",
                "penstock.relay.answer-timeout.seconds",
                "penstock.limits.tools-per-caller",
                "penstock.egress.allowed-hosts.any",
                "penstock.relays.answer-timeout",
                "Penstock.Nothing",
                "penstock.egress.max-connections[0]"
            })
    void whatIsUnknownIsNamedWithoutItsValue(String name) {
        assertThatThrownBy(() -> file(name))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).startsWith("PENSTOCK_");
                    assertThat(refused.getReason()).isEqualTo("There is no such setting.");
                    assertThat(refused).hasMessageNotContaining("hush");
                });
    }

    @Test
    void allAreNamedAtOnce() {
        assertThatThrownBy(() -> look(new MapPropertySource(
                        "file", Map.of("penstock.b.x", 1, "penstock.a-b.x", 2, "penstock.relay.answer-timeout", "1s"))))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).isEqualTo("PENSTOCK_AB_X");
                    assertThat(refused.getReason())
                            .isEqualTo("There is no such setting. PENSTOCK_B_X: There is no such setting.");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PENSTOCK_RELAY_ANSWERTIMOUT", "penstock.relay.answer-timout", "PENSTOCK_LIMITS_TOOLSPERCALLER"})
    void aVariableIsWarnedOf(String name, CapturedOutput output) {
        variable(name);

        assertThat(output)
                .contains(
                        "WARN",
                        name.replaceAll("[-]", "").replace('.', '_').toUpperCase(Locale.ROOT)
                                + ": There is no such setting.")
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PENSTOCK_RELAY_ANSWERTIMEOUT", "PENSTOCK_JWT_ISSUERS_0_JWKSURL", "PENSTOCKS_PORT", "PORT"})
    void aVariableThatIsKnownOrNotOursIsNot(String name, CapturedOutput output) {
        variable(name);

        assertThat(output).doesNotContain("no such setting");
    }
}
