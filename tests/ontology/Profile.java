// Prints the violations of the OWL 2 DL profile in an ontology file: the OWL API does the work.
import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.*;
import org.semanticweb.owlapi.profiles.*;
public class Profile {
    public static void main(String[] a) throws Exception {
        OWLOntologyManager m = OWLManager.createOWLOntologyManager();
        OWLOntology o = m.loadOntologyFromOntologyDocument(new File(a[0]));
        OWLProfileReport r = new OWL2DLProfile().checkOntology(o);
        System.out.println("axioms " + o.getAxiomCount());
        for (OWLProfileViolation v : r.getViolations()) System.out.println("violation " + v);
    }
}
