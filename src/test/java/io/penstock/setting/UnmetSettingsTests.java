package io.penstock.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Settings of other gateways that are not met are told of. */
@ExtendWith(OutputCaptureExtension.class)
class UnmetSettingsTests {

    private static void look(Map<String, Object> variables) {
        var environment = new StandardEnvironment() {
            @Override
            protected void customizePropertySources(MutablePropertySources sources) {
                sources.addLast(new SystemEnvironmentPropertySource("variables", variables));
            }
        };
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("environment", environment);
        new UnmetSettings().postProcessBeanFactory(beans);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "0", "no", "off"})
    void openToEverybodyStopsTheStart(String value) {
        assertThatThrownBy(() -> look(Map.of("AUTH_REQUIRED", value)))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).isEqualTo("AUTH_REQUIRED");
                    assertThat(refused.getReason()).contains("leave it out", "TRUST_PROXY_AUTH=true");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "ENVIRONMENT, development, ALLOWED_ORIGINS",
    })
    void whatIsMissingIsWarnedOfWithWhatThereIsInstead(
            String name, String value, String instead, CapturedOutput output) {
        look(Map.of(name, value));

        assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .contains(name + ": ", instead);
    }

    @Test
    void whatIsMetAnywayIsNotSpokenOf(CapturedOutput output) {
        look(Map.of("AUTH_REQUIRED", "true", "ENVIRONMENT", "production"));
        look(Map.of("ENVIRONMENT", "staging"));

        assertThat(output).doesNotContain("WARN");
    }
}
