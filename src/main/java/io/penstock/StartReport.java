package io.penstock;

import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Tells in one line what stopped the start, instead of Spring Boot's twelve. */
class StartReport implements FailureAnalysisReporter {

    private static final Logger LOG = LoggerFactory.getLogger(Penstock.class);

    @Override
    public void report(FailureAnalysis failure) {
        LOG.error("Not started. {}", line(failure.getDescription() + "\n" + failure.getAction()));
        LOG.debug("Not started", failure.getCause());
    }

    private static String line(String text) {
        return text.lines().map(String::strip).filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }
}
