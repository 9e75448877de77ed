package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Exchange;
import io.millrace.http.RequestHead;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What delegates passes all on: a method with a default is forgotten without a compiler's word. */
class DelegationTest {

    private static Set<String> instanceMethods(Class<?> type) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers())
                        && !method.isSynthetic() && Modifier.isPublic(method.getModifiers()))
                .forEach(method -> names.add(
                        method.getName() + "/" + method.getParameterCount()));
        return names;
    }

    private static void assertDelegates(Class<?> contract, Class<?> delegating,
            String... leftOut) {
        Set<String> missing = instanceMethods(contract);
        missing.removeAll(instanceMethods(delegating));
        assertEquals(Set.of(leftOut), missing);
    }

    @Test
    void wrappedRequestDelegatesAll() {
        assertDelegates(RequestHead.class, WrappedRequest.class);
    }

    @Test
    void wrappedExchangeDelegatesAllButTheStageThatItHasNot() {
        assertDelegates(Exchange.class, WrappedExchange.class, "stage/0");
    }

    @Test
    void offloadedExchangeDelegatesAllButTheStageThatItHasNot() throws Exception {
        assertDelegates(Exchange.class, Class.forName(
                "io.millrace.http.OffloadedHandler$OffloadedExchange"), "stage/0");
    }
}
