package io.penstock.mcp.call;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Locale;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Exports spans (OTLP over HTTP) where a collector is set, by the names of Spring Boot's settings. Its own exporter would be there or not as
 * it was decided when the package was built.
 */
final class TraceExport implements BeanRegistrar {

    private static final String SETTINGS = "management.opentelemetry.tracing.export.otlp";

    /**
     * Registers the exporter.
     *
     * @throws InvalidConfigurationPropertyValueException for a setting of Spring Boot's that this exporter does not have
     */
    @Override
    public void register(BeanRegistry registry, Environment environment) {
        var settings = Binder.get(environment).bindOrCreate(SETTINGS, OtlpTracingProperties.class);
        if (settings.getTransport() != Transport.HTTP) {
            throw new InvalidConfigurationPropertyValueException(
                    SETTINGS + ".transport", settings.getTransport(), "It must be http.");
        }
        if (settings.getSsl().getBundle() != null) {
            throw new InvalidConfigurationPropertyValueException(
                    SETTINGS + ".ssl.bundle",
                    settings.getSsl().getBundle(),
                    "It must be left out: a collector's certificate is checked against the authorities that the JVM trusts.");
        }
        if (StringUtils.hasText(settings.getEndpoint())) {
            registry.registerBean(SpanExporter.class, bean -> bean.supplier(_ -> exporter(settings)));
        }
    }

    private static SpanExporter exporter(OtlpTracingProperties settings) {
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.getEndpoint())
                .setTimeout(settings.getTimeout())
                .setConnectTimeout(settings.getConnectTimeout())
                .setCompression(settings.getCompression().name().toLowerCase(Locale.ROOT));
        settings.getHeaders().forEach(exporter::addHeader);
        return exporter.build();
    }
}
