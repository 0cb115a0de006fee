// What the municipality of Delft types in the journey: sections and projects, by the names of their fields.

export const SECTIONS = {
  organisation: {
    contactpersoon: 'Joris van Dam',
    functie: 'Adviseur openbare orde en veiligheid',
    email: 'veiligheid@delft.example',
    ondertekenaar: 'De burgemeester, namens het college',
  },
  region: { samenwerking: 'De gemeenten in de regio overleggen elke maand. Delft zit voor en bewaakt de afspraken.', 'deelnemer.': true },
  analysis: {
    dreiging: 'Jongeren komen vooral online in aanraking met extremistische inhoud.',
    behoefte: 'Er is te weinig aanbod dat jongeren online bereikt.',
    weerbaarheid: 'Het netwerk is gegroeid en leunt nog op een paar mensen.',
  },
  statements: { juridisch: true, deelnemers_akkoord: true, waarheid: true },
};

/** The three projects of the main round: [category, part, title, hours and rate per year]. */
export function projects([first, second]) {
  return [
    project('baseline', 'direction', 'Regie in de regio Delft', { [first]: ['600', '88,00'], [second]: ['610', '90,25'] }),
    project('prevention', 'targeted', 'Jongerenwerk online', { [first]: ['400', '71,50'], [second]: ['400', '73,00'] }),
    { ...project('one_year', 'pilot', 'Proef met een lokaal meldpunt', { [second]: ['150', '95,10'] }), jaar: second },
  ];
}

/** The project of the top-up. */
export function topUp(year) {
  return { ...project('one_year', 'new_threat', 'Signalen van nieuwe dreiging', { [year]: ['220', '91,05'] }), jaar: year };
}

function project(categorie, onderdeel, titel, hours) {
  const answers = {
    categorie, onderdeel, titel,
    'doel-kort': 'De gemeenten weten wie waarover gaat.',
    'doel-middel': 'Signalen komen binnen twee weken bij de juiste partij.',
    'doel-lang': 'De aanpak blijft overeind als mensen wisselen van functie.',
    doelgroep: 'Medewerkers veiligheid en zorg van de deelnemende gemeenten.',
    activiteiten: 'Een overleg elke twee weken, een jaarplan en een draaiboek bij incidenten.',
    werking: 'Wie vaste afspraken heeft, deelt een signaal eerder. Daardoor wordt eerder gehandeld.',
    samenwerking: 'Politie, Openbaar Ministerie en het Zorg- en Veiligheidshuis.',
    'deelnemer.': true, // every municipality of the region
    'juridische-toets': 'De juridische afdeling heeft de opzet en de uitvoering getoetst.',
    evaluatie: 'proces',
    evaluatieplan: 'Elk halfjaar een voortgangsgesprek en een eindverslag met de partners.',
    ...indicator(1, 'output', 'Overleggen met vastgelegde afspraken', 'overleggen', '18', '24', hours),
    ...indicator(2, 'outcome', 'Signalen die binnen twee weken zijn opgepakt', 'procent', '61', '75', hours),
    'regel.1.soort': 'staff', 'regel.1.omschrijving': 'Uren projectleider', 'regel.1.eenheid': 'uur',
    'regel.2.soort': 'other', 'regel.2.omschrijving': 'Werkbezoeken', 'regel.2.eenheid': 'post',
  };
  for (const [year, [count, rate]] of Object.entries(hours)) {
    Object.assign(answers, {
      [`regel.1.aantal.${year}`]: count, [`regel.1.tarief.${year}`]: rate,
      [`regel.2.aantal.${year}`]: '1', [`regel.2.tarief.${year}`]: '1.250,50',
      [`minimum.${year}`]: '5.000',
    });
  }
  return answers;
}

export function indicator(number, soort, naam, eenheid, beginstand, doel, hours) {
  const of = { soort, naam, eenheid, richting: 'up', beginstand, bron: 'Registratie van de projectleider', frequentie: 'elk halfjaar', wie: 'de projectleider' };
  for (const year of Object.keys(hours)) of[`doel.${year}`] = doel;
  return Object.fromEntries(Object.entries(of).map(([name, text]) => [`indicator.${number}.${name}`, text]));
}
