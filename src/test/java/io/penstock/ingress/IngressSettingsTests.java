package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class IngressSettingsTests {

    private static IngressSettings settings(String baseUrl) {
        var time = Duration.ofSeconds(1);
        return new IngressSettings(
                URI.create(baseUrl), List.of(), List.of(), DataSize.ofMegabytes(1), time, time, time, time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://mcp.example.com", "https://mcp.example.com/", "http://localhost:4444"})
    void aBaseUrlIsAnAddress(String baseUrl) {
        assertThat(settings(baseUrl).url("/gateways")).isEqualTo(baseUrl.replaceAll("/$", "") + "/gateways");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcp.example.com",
                "ftp://mcp.example.com",
                "https://mcp.example.com/path",
                "https://mcp.example.com?a=b",
                "https://mcp.example.com#a",
                "https://user:word@mcp.example.com"
            })
    void aBaseUrlWithMoreThanAnAddressStopsTheStart(String baseUrl) {
        assertThatThrownBy(() -> settings(baseUrl)).hasMessageContaining("BASE_URL");
    }
}
