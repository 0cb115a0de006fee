mod html;
mod look;
