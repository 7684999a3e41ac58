package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the class during which a leak came to light; what leaked may be a class before it. */
public final class NothingLeaks implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = new ArrayList<>();
        for (String leak = Leaks.FOUND.poll(); leak != null; leak = Leaks.FOUND.poll()) {
            found.add(leak);
        }
        assertThat(found).as("leaked buffers").isEmpty();
    }
}
